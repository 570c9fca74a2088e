using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary>What one look shows, with the rates since the look before; a line of <c>top --json</c>.</summary>
/// <param name="CommitMilliseconds">Of one commit, on average; null when there was none.</param>
/// <param name="InPerSecond">Events that came in; null at the first look.</param>
internal sealed record TopSample(
    DateTimeOffset At,
    IReadOnlyList<TopEndpoint> Endpoints,
    IReadOnlyList<LaneReport> Lanes,
    int LaneCount,
    IReadOnlyDictionary<string, long> Deliveries,
    long StoreBytes,
    double? InPerSecond,
    double? OutPerSecond,
    double? CommitsPerSecond,
    double? CommitMilliseconds)
{
    private const int MostLanes = 20;

    // What came in from an endpoint, and what it took.
    private static readonly string[] s_in = ["intake.accepted", "intake.unrouted"];
    private static readonly string[] s_out = ["delivery.delivered", "delivery.sent"];

    /// <param name="before">Of the same daemon; null at the first look.</param>
    public static TopSample Of(TopReport now, TopReport? before)
    {
        var seconds = before is null || before.Status.Process != now.Status.Process ? 0 : (now.At - before.At).TotalSeconds;
        double? Rate(string? endpoint, params string[] names) =>
            seconds <= 0 ? null : Math.Round((Sum(now, endpoint, names) - Sum(before!, endpoint, names)) / seconds, 1);
        var commits = seconds <= 0 ? 0 : Sum(now, null, "store.commits") - Sum(before!, null, "store.commits");
        var lanes = now.Endpoints.ToDictionary(lanes => lanes.Endpoint);
        return new TopSample(
            now.At,
            [.. now.Status.Endpoints.Select(endpoint => new TopEndpoint(
                endpoint.Name,
                endpoint.Phase,
                endpoint.Since,
                Rate(endpoint.Name, s_in),
                Rate(endpoint.Name, s_out),
                lanes.GetValueOrDefault(endpoint.Name)?.InFlight ?? 0,
                lanes.GetValueOrDefault(endpoint.Name)?.Window,
                endpoint.Parks is null ? endpoint.Reason : $"deliveries are parked: {endpoint.Parks}"))],
            [.. now.Endpoints.SelectMany(endpoint => endpoint.Lanes).OrderByDescending(lane => lane.Owed).Take(MostLanes)],
            now.Endpoints.Sum(endpoint => endpoint.Count),
            now.Status.Deliveries,
            now.StoreBytes,
            Rate(null, s_in),
            Rate(null, s_out),
            Rate(null, "store.commits"),
            commits == 0 ? null : Math.Round((Sum(now, null, "store.commit_microseconds") - Sum(before!, null, "store.commit_microseconds")) / 1000.0 / commits, 2));
    }

    private static long Sum(TopReport report, string? label, params string[] names) =>
        report.Status.Counters.Where(counter => names.Contains(counter.Name) && (label is null || counter.Label == label)).Sum(counter => counter.Value);
}

/// <param name="Window">How many sends may be in flight by the configuration; null: what the endpoint can.</param>
/// <param name="Reason">Why it is in its state, when there is something to say.</param>
internal sealed record TopEndpoint(
    string Name, string Phase, DateTimeOffset Since, double? InPerSecond, double? OutPerSecond, int InFlight, int? Window, string? Reason);
