namespace Bridge.Host.Admin;

// What the commands take and give; member names are the JSON of the protocol and of --json: add only.

/// <param name="Address">Where it happened, as configured.</param>
/// <param name="Text">A message; null with <paramref name="Payload"/>.</param>
/// <param name="Payload">A machine's report; null with <paramref name="Text"/>.</param>
/// <param name="Retain">As if a broker had replayed it.</param>
internal sealed record EmitRequest(string Address, string? Text = null, byte[]? Payload = null, bool Retain = false);

/// <param name="Severity">info, notice, warning or critical.</param>
internal sealed record SendRequest(
    string Address, string? Text = null, byte[]? Payload = null, string? Severity = null, IReadOnlyDictionary<string, string>? Options = null);

/// <summary>Stored: nothing loses it any more.</summary>
internal sealed record AcceptedReport(string EventId);

/// <param name="At">HH:mm of today; null: now.</param>
internal sealed record ExplainRequest(string Address, string? Text = null, byte[]? Payload = null, bool Retain = false, string? At = null);

/// <summary>What a daemon was started with; absolute paths.</summary>
/// <param name="Configuration">Files and folders.</param>
/// <param name="Plugins">Where plugins are looked for, in order.</param>
internal sealed record PlacesReport(IReadOnlyList<string> Configuration, IReadOnlyList<string> Plugins);

internal sealed record EventRequest(string EventId);

internal sealed record DeliveryRequest(long Delivery);

internal sealed record EndpointRequest(string Endpoint);

/// <param name="State">Only this one; null: those that are not settled well.</param>
/// <param name="All">Every state.</param>
internal sealed record ListRequest(string? State = null, int Limit = 50, bool All = false);

internal sealed record CountReport(long Deliveries);

internal sealed record Nothing;

/// <summary>The daemon at a glance.</summary>
internal sealed record StatusReport(
    string Version,
    int Process,
    DateTimeOffset StartedAt,
    string DataFolder,
    IReadOnlyList<string> Configuration,
    int Generation,
    IReadOnlyList<EndpointReport> Endpoints,
    IReadOnlyDictionary<string, long> Deliveries,
    IReadOnlyList<CounterReport> Counters,
    string? ReloadRefused = null,
    LinksReport? Links = null,
    IReadOnlyList<SilenceReport>? Silences = null);

/// <param name="Phase">What it does.</param>
/// <param name="Reason">Why, when there is something to say.</param>
/// <param name="OptedOut">How many addresses asked not to be written to.</param>
/// <param name="Figures">Of its own; null: it has none.</param>
internal sealed record EndpointReport(
    string Name, string Plugin, string Phase, DateTimeOffset Since, IReadOnlyList<string> Facts, string? Reason = null, string? Parks = null,
    DayReport? Day = null, int OptedOut = 0, IReadOnlyList<FigureReport>? Figures = null);

/// <param name="Words">What it says to people.</param>
/// <param name="Part">Which of several things it is of; null where there is one.</param>
internal sealed record FigureReport(string Name, double Value, string Words, string? Part = null);

/// <summary>How much of an endpoint's daily limit is used.</summary>
/// <param name="HeldUntil">Deliveries wait until then because it is reached; null: none does.</param>
internal sealed record DayReport(int Spent, int Limit, DateTimeOffset? HeldUntil = null);

internal sealed record CounterReport(string Name, string Label, long Value);

/// <summary>What became of one event.</summary>
internal sealed record TraceReport(
    string EventId,
    string Kind,
    string Address,
    string Origin,
    DateTimeOffset ReceivedAt,
    int Size,
    IReadOnlyList<VerdictReport> Routes,
    IReadOnlyList<DeliveryReport> Deliveries);

internal sealed record VerdictReport(string Route, string Verdict, string Because, IReadOnlyList<string> Notes);

internal sealed record DeliveryReport(
    long Delivery,
    string EventId,
    string To,
    string Route,
    string State,
    int Attempts,
    DateTimeOffset CreatedAt,
    IReadOnlyList<StepReport> Steps,
    DateTimeOffset? NotBefore = null,
    string? Reason = null,
    string? Cure = null);

internal sealed record StepReport(DateTimeOffset At, string What);

/// <summary>One of the people, and where they can be reached.</summary>
internal sealed record ContactReport(string Person, IReadOnlyList<string> Addresses);

internal sealed record PluginReport(string Name, string Folder, bool Loaded, string? Refused = null);
