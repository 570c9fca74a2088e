using System.Text.Json;
using System.Text.Json.Serialization;
using Bridge.Core.Storage;

namespace Bridge.Storage.Backups;

/// <summary>What a backup is, in a file of it that anybody may read: it names no content. Members are only added.</summary>
/// <param name="Format">Of the folder; a newer one is refused.</param>
/// <param name="MadeAt">The moment whose state the backup holds.</param>
/// <param name="Version">The Bridge that made it.</param>
/// <param name="Events">How many events it holds.</param>
/// <param name="Deliveries">How many deliveries it holds.</param>
/// <param name="WithKey">The key file is in it: whoever has the backup can read it.</param>
/// <param name="Files">All of them but this one.</param>
public sealed record BackupManifest(
    int Format, DateTimeOffset MadeAt, string Version, long Events, long Deliveries, bool WithKey, IReadOnlyList<BackupFile> Files)
{
    public const string FileName = "backup.json";
    public const int NewestFormat = 1;

    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>True when the folder is a finished backup.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Throws <see cref="StoreException"/> when the folder is no backup, or one that this Bridge cannot read.</summary>
    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new StoreException($"{folder} is no backup: it has no {FileName}. Name the folder that bridge backup printed");
        }

        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllText(path), ManifestJson.Default.BackupManifest);
            return manifest is not { Files: not null } ? throw new JsonException()
                : manifest.Format > NewestFormat
                    ? throw new StoreException($"{folder} was made by a newer Bridge ({manifest.Version}, format {manifest.Format}; this one knows {NewestFormat}): install that version")
                    : manifest;
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path} cannot be read: take another backup", failure);
        }
    }

    internal void Write(string folder)
    {
        using var file = PrivateFiles.Open(Path.Combine(folder, FileName), FileMode.CreateNew);
        file.Write(JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.BackupManifest));
        file.Flush(flushToDisk: true);
    }
}

/// <param name="Name">Relative to the backup, with forward slashes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record BackupFile(string Name, long Bytes, string Sha256);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, IgnoreReadOnlyProperties = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
