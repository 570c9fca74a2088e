namespace Bridge.Host.Tests.Architecture;

/// <summary>The checkout in which the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Where the built host stands, in the same configuration as the tests.</summary>
    public static string HostFolder { get; } =
        Path.Combine(Root, "artifacts/bin/Bridge.Host", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)));

    public static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/artifacts/", StringComparison.Ordinal));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bridge.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests must run from a checkout: no Bridge.sln above the test binaries");
        }

        return folder.FullName;
    }
}
