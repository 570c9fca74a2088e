using System.CommandLine;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary><c>bridge status</c>.</summary>
internal static class StatusCommand
{
    public static Command Build() =>
        new Command("status", "Show what the daemon does: endpoints, deliveries, counters.").Does(async (parsed, output, cancellationToken) =>
        {
            output.Result<StatusReport>(await Common.DaemonOf(parsed).AskAsync("status", new Nothing(), cancellationToken), Print);
            return ExitCode.Ok;
        });

    private static IEnumerable<string?> About(EndpointReport endpoint) =>
    [
        .. endpoint.Facts,
        .. (endpoint.Figures ?? []).Select(figure => figure.Part is { } part ? $"{part}: {figure.Words}" : figure.Words),
        endpoint.Reason,
        endpoint.Parks is { } parks ? $"deliveries are parked: {parks}" : null,
        endpoint.Day is not { } day ? null
            : day.HeldUntil is { } until ? $"its daily limit of {day.Limit} is reached: deliveries wait until {Words.Time(until)}"
            : $"{day.Spent} of {day.Limit} today",
        endpoint.OptedOut > 0 ? $"{endpoint.OptedOut} asked not to be written to (bridge optouts list)" : null,
    ];

    private static void Print(Output screen, StatusReport status)
    {
        screen.Line($"Bridge {status.Version}, process {status.Process}, since {Words.Time(status.StartedAt)}");
        screen.Line($"configuration  generation {status.Generation}: {string.Join(", ", status.Configuration)}");
        if (status.ReloadRefused is { } refused)
        {
            screen.Line($"[yellow]last reload refused: {refused}[/]");
        }

        screen.Line($"data folder    {status.DataFolder}");
        screen.Line();
        screen.Table(["endpoint", "plugin", "state", "since", "about"], status.Endpoints.Select(endpoint => (string[])
        [
            endpoint.Name, endpoint.Plugin, endpoint.Phase, Words.Time(endpoint.Since),
            string.Join("; ", About(endpoint).Where(fact => fact is not null)),
        ]));
        screen.Line();
        var counts = status.Deliveries.Where(count => count.Value > 0).Select(count => $"{count.Value} {count.Key}").ToList();
        screen.Line($"deliveries     {(counts.Count == 0 ? "none yet" : string.Join(", ", counts))}");
        if (status.Links is { } links)
        {
            screen.Line($"links          {LinkWords.Of(links)}");
            foreach (var link in links.Impaired)
            {
                screen.Line($"[yellow]link {link.Link} is impaired: {link.Why}[/]");
            }
        }

        foreach (var silence in status.Silences ?? [])
        {
            screen.Line($"[yellow]{silence.Name} is silenced by {silence.By} until {Words.Time(silence.Until)}[/]");
        }

        if (status.Counters.Count > 0)
        {
            screen.Line();
            screen.Table(["since the start", "of", ""], CounterWords.Rows(status.Counters));
        }
    }
}
