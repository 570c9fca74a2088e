using System.CommandLine;
using Bridge.Host.Configuration;

namespace Bridge.Host.Cli;

/// <summary><c>bridge validate</c>: everything that is wrong with a configuration, at once.</summary>
internal static class ValidateCommand
{
    public static Command Build()
    {
        var files = new Argument<string[]>("FILES") { Description = "Files or folders; default: what the running daemon has, else as for run.", Arity = ArgumentArity.ZeroOrMore };
        var strict = new Option<bool>("--strict") { Description = "Warnings fail too." };
        var noSecrets = new Option<bool>("--no-secrets") { Description = "Do not look up ${env:} and ${file:}: for continuous integration." };
        var command = new Command("validate", "Check a configuration. Prints file:line:column, a code and a cure for each problem. Needs no daemon.") { files, strict, noSecrets };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var places = await Setup.PlacesAsync(parsed, parsed.GetValue(files) ?? [], cancellationToken);
            var read = ConfigReader.Read(places.Configuration, Setup.Sources(Setup.Plugins(places.Plugins), !parsed.GetValue(noSecrets)));
            var ok = !read.HasErrors && !(parsed.GetValue(strict) && read.Diagnostics.Count > 0);
            Diagnostics.Print(output, read);
            output.Result(ReportOf(read, ok), Print);
            return ok ? ExitCode.Ok : ExitCode.Failed;
        });
    }

    private static ValidationReport ReportOf(ConfigResult read, bool ok) => new(
        ok,
        read.Files,
        read.Config?.Endpoints.Count ?? 0,
        read.Config?.Routes.Count ?? 0,
        [.. read.Diagnostics.Select(diagnostic => new DiagnosticReport(
            diagnostic.Code,
            diagnostic.Severity,
            diagnostic.Position.File,
            diagnostic.Position.Line,
            diagnostic.Position.Column,
            diagnostic.Message,
            diagnostic.Cure))]);

    private static void Print(Output screen, ValidationReport report)
    {
        var errors = report.Diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        var warnings = report.Diagnostics.Count - errors;
        var problems = $"{Words.Count(errors, "error")}, {Words.Count(warnings, "warning")}";
        if (report.Ok)
        {
            screen.Line($"{string.Join(", ", report.Files)}: valid, {Words.Count(report.Endpoints, "endpoint")}, {Words.Count(report.Routes, "route")}, {problems}");
        }
        else
        {
            screen.Line($"{string.Join(", ", report.Files)}: not valid, {problems}");
        }
    }
}

/// <summary>The result of <c>validate --json</c>.</summary>
internal sealed record ValidationReport(bool Ok, IReadOnlyList<string> Files, int Endpoints, int Routes, IReadOnlyList<DiagnosticReport> Diagnostics);

internal sealed record DiagnosticReport(string Code, DiagnosticSeverity Severity, string File, int Line, int Column, string Message, string Cure);
