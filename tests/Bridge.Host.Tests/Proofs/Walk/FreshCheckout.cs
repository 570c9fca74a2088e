using System.Diagnostics;
using Bridge.Host.Tests.Architecture;

namespace Bridge.Host.Tests.Proofs.Walk;

/// <summary>A folder as after a fresh clone and its first build: <c>./bridge</c> finds that nothing changed since. No data, no changes of anybody.</summary>
internal sealed class FreshCheckout : IDisposable
{
    private static readonly string[] s_copied = ["bridge", "config", "packaging"];
    private static readonly string[] s_old =
        ["Bridge.sln", "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "global.json", "src/.keep", "plugins/.keep"];

    public FreshCheckout()
    {
        Home = Directory.CreateTempSubdirectory("bridge-walk-").FullName;
        Folder = Directory.CreateDirectory(Path.Combine(Home, "bridge")).FullName;
        foreach (var name in s_copied.Where(name => Path.Exists(Path.Combine(Repository.Root, name))))
        {
            Run("cp", "-a", Path.Combine(Repository.Root, name), Folder);
        }

        foreach (var file in s_old.Select(name => Path.Combine(Folder, name)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "");
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
            Directory.SetLastWriteTimeUtc(Path.GetDirectoryName(file)!, DateTime.UnixEpoch);
        }

        var built = Directory.CreateDirectory(Path.Combine(Folder, "artifacts/run")).FullName + "/1";
        // Links where it is the same file system; where it is another, the folders are there by now and the files are not.
        Run("bash", "-c", "cp -alT \"$0\" \"$1\" 2>/dev/null || cp -aT \"$0\" \"$1\"", Repository.HostFolder, built);

        File.CreateSymbolicLink(Path.Combine(Folder, "artifacts/run/current"), "1");
    }

    /// <summary>What a page calls /home/anna.</summary>
    public string Home { get; }

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Home, recursive: true);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }
}
