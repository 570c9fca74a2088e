using System.Text.RegularExpressions;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration;

/// <summary>
/// Puts the values of <c>${env:NAME}</c> and <c>${file:/path}</c> in place: whole values only, after parsing, so that no value can change the
/// structure. Nothing here prints a value.
/// </summary>
internal sealed partial class SecretReferences(ConfigSources sources, string folder, Report report)
{
    private const int LongestFile = 64 * 1024;

    public ScalarNode Resolve(ScalarNode scalar)
    {
        if (!scalar.Written.Contains("${", StringComparison.Ordinal) || !Anywhere().IsMatch(scalar.Written))
        {
            return scalar;
        }

        var whole = Whole().Match(scalar.Written);
        if (!whole.Success)
        {
            report.Add(DiagnosticKinds.ReferenceInText, scalar.Position, "a reference must be the whole value");
            return scalar.Resolved(null);
        }

        if (!sources.WithSecrets)
        {
            return scalar.Resolved(null);
        }

        var name = whole.Groups["name"].Value;
        return scalar.Resolved(whole.Groups["source"].Value == "env" ? Variable(name, scalar) : File(name, scalar));
    }

    private string? Variable(string name, ScalarNode scalar)
    {
        var value = sources.Variable(name);
        if (value is null)
        {
            report.Add(DiagnosticKinds.VariableMissing, scalar.Position, $"environment variable {Report.Quote(name)} is not set");
        }

        return value;
    }

    private string? File(string name, ScalarNode scalar)
    {
        var path = Path.GetFullPath(name, folder);
        try
        {
            using var stream = System.IO.File.OpenRead(path);
            using var reader = new StreamReader(stream);
            var buffer = new char[LongestFile];
            var length = reader.ReadBlock(buffer);
            if (reader.Peek() >= 0)
            {
                report.Add(DiagnosticKinds.SecretFileUnreadable, scalar.Position, $"file {Report.Quote(name)} is too long for a secret");
                return null;
            }

            WarnIfOpen(path, name, scalar);
            var text = new string(buffer, 0, length);
            return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            report.Add(DiagnosticKinds.SecretFileUnreadable, scalar.Position, $"file {Report.Quote(name)} cannot be read: {Reason(problem)}");
            return null;
        }
    }

    private void WarnIfOpen(string path, string name, ScalarNode scalar)
    {
        if (!OperatingSystem.IsWindows() && System.IO.File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead))
        {
            report.Add(
                DiagnosticKinds.OpenSecretFile, scalar.Position,
                $"file {Report.Quote(name)} may be read by everybody on this machine", $"chmod 600 {name}");
        }
    }

    private static string Reason(Exception problem) => problem switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        UnauthorizedAccessException => "permission denied",
        _ => "the system refuses",
    };

    [GeneratedRegex(@"\$\{(env|file):")]
    private static partial Regex Anywhere();

    [GeneratedRegex(@"^\$\{(?<source>env|file):(?<name>[^{}]+)\}$")]
    private static partial Regex Whole();
}
