using System.Text;
using Bridge.Core.Configuration;

namespace Bridge.Host.Configuration;

/// <summary>Finds and reads the files of a configuration. A folder means all its <c>*.yaml</c> but <c>*.test.yaml</c>, in path order.</summary>
internal static class ConfigFiles
{
    private const int Largest = 1_000_000;

    // Hidden folders are other programs' business: mounted volumes keep older versions of the same files in them.
    private static readonly EnumerationOptions s_search = new() { RecurseSubdirectories = true, MaxRecursionDepth = 8, IgnoreInaccessible = false };
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static IReadOnlyList<string> Find(IReadOnlyList<string> paths, Report report)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            var found = In(path);
            if (found.Count == 0)
            {
                report.Add(DiagnosticKinds.FolderEmpty, new SourcePosition(path, 1, 1), "no *.yaml file in this folder");
            }

            files.AddRange(found);
        }

        return files;
    }

    /// <summary>Those of one path: itself, unless it is a folder.</summary>
    public static IReadOnlyList<string> In(string path) => !Directory.Exists(path) ? [path]
        : [.. Directory.EnumerateFiles(path, "*.yaml", s_search)
            .Where(file => !file.EndsWith(".test.yaml", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static string? Read(string file, Report report)
    {
        var position = new SourcePosition(file, 1, 1);
        try
        {
            if (new FileInfo(file).Length <= Largest)
            {
                return File.ReadAllText(file, s_strict);
            }

            report.Add(DiagnosticKinds.FileTooLarge, position, "the file is larger than 1 MB");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            var (reason, cure) = problem switch
            {
                FileNotFoundException or DirectoryNotFoundException => ("the file does not exist", "check the path"),
                UnauthorizedAccessException => ("permission denied", "let Bridge's user read it"),
                DecoderFallbackException => ("the file is not UTF-8", "save it as UTF-8 in your editor"),
                _ => ("the file cannot be read", null),
            };
            report.Add(DiagnosticKinds.FileUnreadable, position, reason, cure);
        }

        return null;
    }
}
