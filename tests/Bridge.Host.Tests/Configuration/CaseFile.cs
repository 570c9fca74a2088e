using Bridge.Host.Configuration;

namespace Bridge.Host.Tests.Configuration;

/// <summary>
/// One file under Cases. Its first lines are comments: <c># expect: line:column severity code: message (cure)</c>, one for each diagnostic, and
/// sometimes <c># read: other paths</c> (read instead, in a folder where the file stands too), <c># no-secrets</c> or <c># pad</c> (makes it larger than 1 MB).
/// </summary>
internal sealed class CaseFile(string path)
{
    private const string Expect = "# expect: ";
    private const string ReadInstead = "# read: ";

    public static string Folder { get; } = Path.Combine(RepositoryRoot(), "tests", "Bridge.Host.Tests", "Configuration", "Cases");

    public static IEnumerable<string> All => Directory.EnumerateFiles(Folder, "BR*.yaml").Order(StringComparer.Ordinal);

    public string[] Lines { get; } = File.ReadAllLines(path);

    public IReadOnlyList<string> Expected => [.. Lines.Where(line => line.StartsWith(Expect, StringComparison.Ordinal)).Select(line => line[Expect.Length..])];

    /// <summary>What the reader says, with paths relative to the case's folder.</summary>
    public IReadOnlyList<string> Actual()
    {
        var folder = Directory.CreateTempSubdirectory("bridge-case-").FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
            {
                Place(file, Path.Combine(folder, Path.GetRelativePath(Folder, file)));
            }

            var own = Path.Combine(folder, Path.GetFileName(path));
            if (Lines.Contains("# pad"))
            {
                File.AppendAllText(own, "#" + new string('x', 1_000_000));
            }

            var read = Lines.FirstOrDefault(line => line.StartsWith(ReadInstead, StringComparison.Ordinal))?[ReadInstead.Length..].Split(' ');
            var paths = read is null ? [own] : read.Select(name => Path.Combine(folder, name)).ToArray();
            var sources = FakePlugins.Sources with { WithSecrets = !Lines.Contains("# no-secrets") };
            var result = ConfigReader.Read(paths, sources);
            return [.. result.Diagnostics.Select(diagnostic => diagnostic.ToString().Replace(own + ":", "", StringComparison.Ordinal).Replace(folder + "/", "", StringComparison.Ordinal))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Writes what the reader says into the file; the diff is then the review.</summary>
    public void Bless() =>
        File.WriteAllLines(path, [.. Actual().Select(line => Expect + line), .. Lines.Where(line => !line.StartsWith(Expect, StringComparison.Ordinal))]);

    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bridge.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    // A checkout's umask must not decide what the reader says about permissions.
    private static void Place(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
        var open = Path.GetFileName(to).StartsWith("open-", StringComparison.Ordinal);
        File.SetUnixFileMode(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | (open ? UnixFileMode.OtherRead : UnixFileMode.None));
    }
}
