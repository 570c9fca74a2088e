using Bridge.Host.Admin;
using Bridge.Host.Terminal;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bridge.Host.Cli;

/// <summary>One look as a picture: what the daemon does, its endpoints, and the lanes that owe most.</summary>
internal static class TopScreen
{
    public static IRenderable Of(TopSample sample, StatusReport status)
    {
        var commits = sample.CommitMilliseconds is { } took ? $"{Number(sample.CommitsPerSecond)} commits/s of {took:0.0} ms" : $"{Number(sample.CommitsPerSecond)} commits/s";
        var lines = new List<IRenderable>
        {
            Line($"Bridge {status.Version}, process {status.Process}, generation {status.Generation}, {Words.Time(sample.At)}"),
            Line($"in {Number(sample.InPerSecond)}/s, out {Number(sample.OutPerSecond)}/s, {commits}, {Size(sample.StoreBytes)} on the disk"),
            Line($"deliveries: {string.Join(", ", sample.Deliveries.Where(count => count.Value > 0).Select(count => $"{count.Value} {count.Key}").DefaultIfEmpty("none yet"))}"),
            Text.Empty,
            Output.TableOf(["endpoint", "state", "since", "in/s", "out/s", "in flight", "about"], sample.Endpoints.Select(endpoint => (string[])
            [
                endpoint.Name, endpoint.Phase, Words.Time(endpoint.Since), Number(endpoint.InPerSecond), Number(endpoint.OutPerSecond),
                endpoint.Window is { } window ? $"{endpoint.InFlight} of {window}" : $"{endpoint.InFlight}", endpoint.Reason ?? "",
            ])),
        };
        if (sample.Lanes.Count > 0)
        {
            lines.Add(Text.Empty);
            lines.Add(Output.TableOf(["owed", "to", "oldest", "about"], sample.Lanes.Select(lane => Row(lane, sample.At))));
            lines.Add(Line(sample.LaneCount > sample.Lanes.Count ? $"{sample.LaneCount - sample.Lanes.Count} more addresses are owed something" : ""));
        }

        return new Rows(lines);
    }

    private static string[] Row(LaneReport lane, DateTimeOffset now) =>
    [
        lane.More ? $"{lane.Owed}+" : $"{lane.Owed}",
        lane.Critical ? $"{lane.To} (critical)" : lane.To,
        lane.Oldest is { } oldest ? Age(now - oldest) : "",
        lane.Reason ?? "",
    ];

    private static Text Line(string text) => new(Visible.Line(text));

    private static string Number(double? rate) => rate is { } known ? known.ToString("0.#") : "-";

    private static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(0, age.TotalSeconds):0} s",
        { TotalMinutes: < 60 } => $"{age.TotalMinutes:0} min",
        { TotalHours: < 48 } => $"{age.TotalHours:0} h",
        _ => $"{age.TotalDays:0} d",
    };

    private static string Size(long bytes) => bytes < 1_000_000 ? $"{bytes / 1000.0:0} kB" : bytes < 1_000_000_000 ? $"{bytes / 1e6:0.0} MB" : $"{bytes / 1e9:0.00} GB";
}
