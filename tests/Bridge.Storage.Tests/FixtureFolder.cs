using System.Globalization;
using System.Security.Cryptography;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Checking;
using Bridge.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Tests;

/// <summary>A copy of a fixture's data folder, which a test may spoil.</summary>
internal sealed class FixtureFolder : IDisposable
{
    public static readonly string Home = System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures");
    private readonly TestFolder _files = new();

    /// <param name="fixture">Its name; null: that of today's schema.</param>
    public FixtureFolder(string? fixture = null) => Copy(System.IO.Path.Combine(Home, fixture ?? Today), Path);

    public static string Today { get; } = $"store-{StoreSchema.Migrations.Newest}-keys-{KeySchema.Migrations.Newest}";

    public string Path => _files["data"];

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(file => System.IO.Path.GetExtension(file) is not (".txt" or ".lock" or ".pid")))
        {
            var copy = System.IO.Path.Combine(to, System.IO.Path.GetRelativePath(from, file));
            PrivateFiles.MakeFolder(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public Task<CheckReport> CheckAsync(bool withKey = true) => CheckAsync(Path, withKey);

    public static Task<CheckReport> CheckAsync(string path, bool withKey) => FolderCheck.RunAsync(
        path, withKey ? KeySources.Find(path, null, name => null) : null, new Progress<WorkProgress>(), CancellationToken.None);

    /// <summary>Changes rows behind Bridge's back; how many.</summary>
    public int Change(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={this[database]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    /// <summary>Every file with its hash. The lock, and what SQLite makes beside a database it looks at, do not count: they hold no content.</summary>
    public List<string> Contents() =>
    [
        .. Directory.GetFiles(Path, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 0 && !file.EndsWith("-shm", StringComparison.Ordinal) && !FolderLock.IsPart(file))
            .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")).Order(StringComparer.Ordinal),
    ];

    public void Dispose() => _files.Dispose();
}
