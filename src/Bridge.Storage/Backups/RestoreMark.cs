using System.Text.Json;
using System.Text.Json.Serialization;
using Bridge.Core.Storage;

namespace Bridge.Storage.Backups;

/// <summary>
/// Stands in a data folder from the moment a restore begins to change it until the first start afterwards has drawn the conclusions. While it is
/// unfinished the folder is half of one state and half of another, and nobody opens it.
/// </summary>
/// <param name="Finished">Everything is in its place.</param>
/// <param name="MadeAt">The moment of the backup.</param>
internal sealed record RestoreMark(bool Finished, DateTimeOffset MadeAt)
{
    public const string FileName = "restored.json";

    /// <summary>Null when there is none. Throws <see cref="StoreException"/> when the restore was interrupted.</summary>
    public static RestoreMark? Find(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return !File.Exists(path) ? null
                : JsonSerializer.Deserialize(File.ReadAllText(path), MarkJson.Default.RestoreMark) is { Finished: true } mark ? mark
                : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new StoreException($"a restore into {folder} was interrupted: run it again, with --move-aside (bridge restore BACKUP --move-aside)");
        }
    }

    /// <summary>Durable when it returns, and whole or not there at any moment.</summary>
    public void Write(string folder)
    {
        var path = Path.Combine(folder, FileName);
        using (var file = PrivateFiles.Open(path + ".new", FileMode.Create))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(this, MarkJson.Default.RestoreMark));
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
        Directories.Flush(folder);
    }

    public static void Remove(string folder)
    {
        File.Delete(Path.Combine(folder, FileName));
        Directories.Flush(folder);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RestoreMark))]
internal sealed partial class MarkJson : JsonSerializerContext;
