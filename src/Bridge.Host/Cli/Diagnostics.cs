using Bridge.Host.Configuration;
using Bridge.Host.Terminal;

namespace Bridge.Host.Cli;

/// <summary>How diagnostics are shown.</summary>
internal static class Diagnostics
{
    /// <summary>To standard error, one per line, in the form that editors and CI understand; as part of the result with <c>--json</c>.</summary>
    public static void Print(Output output, ConfigResult read)
    {
        if (output.Json)
        {
            return;
        }

        foreach (var diagnostic in read.Diagnostics)
        {
            Console.Error.WriteLine(Visible.Line(diagnostic.ToString()));
        }
    }

    public static string Summary(ConfigResult read)
    {
        var errors = read.Diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return $"the configuration has {Words.Count(errors, "error")}";
    }
}
