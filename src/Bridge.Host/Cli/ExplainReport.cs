using System.Text;
using Bridge.Abstractions;
using Bridge.Core.Routing;

namespace Bridge.Host.Cli;

/// <summary>The result of <c>explain</c>.</summary>
/// <param name="Memory">Whose memory the rules saw: <c>daemon</c> or <c>empty</c>.</param>
/// <param name="Rules">Which rules were asked: those on <c>disk</c>, or those the <c>daemon</c> runs because what is on disk has errors.</param>
internal sealed record ExplainReport(string Memory, string Rules, IReadOnlyList<ExplainedRouteReport> Routes)
{
    public const string Daemon = "daemon";
    public const string Empty = "empty";
    public const string Disk = "disk";

    public static ExplainReport Of(Explanation explanation, string memory, string rules) => new(
        memory,
        rules,
        [.. explanation.Routes.Select(route => new ExplainedRouteReport(
            route.Id,
            route.Position == default ? "" : route.Position.ToString(),
            route.Because,
            [.. route.Notes],
            [.. route.Tells.Select(tell => new ExplainedTellReport(tell.To.Full, Shown(tell.Content), tell.Forwarded, tell.Expires))],
            route.Verdict))]);

    public static void Print(Output screen, ExplainReport report)
    {
        foreach (var route in report.Routes)
        {
            screen.Line($"[bold]{route.Route}[/]{(route.At.Length > 0 ? $" ({route.At})" : "")}: {Head(route)}");
            foreach (var note in route.Notes)
            {
                screen.Line($"    [dim]{note}[/]");
            }

            foreach (var tell in route.Tells)
            {
                var forwarded = tell.Forwarded ? " (forwarded as it is)" : "";
                screen.Line($"    -> {tell.To}: {tell.Content}{forwarded}");
            }
        }

        var memory = report.Memory == Daemon ? "The rules saw the memory of the running daemon." : "No daemon runs on this data folder: the rules saw an empty memory.";
        screen.Line($"[dim]{memory}[/]");
        if (report.Rules == Daemon)
        {
            screen.Line($"[yellow]The configuration on disk has errors: these are the rules that the daemon runs.[/]");
        }
    }

    private static string Head(ExplainedRouteReport route) => route.Verdict is { } verdict ? $"{Words.Of(verdict)}: {route.Because}" : route.Because;

    private static string Shown(BridgeEvent content) => content switch
    {
        MessagePosted { Parts: [TextPart text] } => text.Text.Value,
        DataReported data => Encoding.UTF8.GetString(data.Payload.Bytes.Span),
        _ => content.ToString(),
    };
}

/// <param name="At">Where it is configured; empty for what Bridge itself does.</param>
/// <param name="Verdict">Null: the route does not listen there.</param>
internal sealed record ExplainedRouteReport(
    string Route, string At, string Because, IReadOnlyList<string> Notes, IReadOnlyList<ExplainedTellReport> Tells, Verdict? Verdict = null);

internal sealed record ExplainedTellReport(string To, string Content, bool Forwarded, DateTimeOffset? Expires = null);
