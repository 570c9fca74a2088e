namespace Bridge.Host.Admin;

/// <summary>What <c>top</c> asks for again and again; rates are made of two of them.</summary>
/// <param name="At">By the daemon's clock.</param>
/// <param name="StoreBytes">What the data folder takes on the disk.</param>
internal sealed record TopReport(DateTimeOffset At, StatusReport Status, IReadOnlyList<LanesReport> Endpoints, long StoreBytes);

/// <param name="InFlight">Sends that have no result yet.</param>
/// <param name="Count">How many lanes owe something.</param>
/// <param name="Lanes">Those that owe most.</param>
internal sealed record LanesReport(string Endpoint, int InFlight, int Count, IReadOnlyList<LaneReport> Lanes, int? Window = null);

/// <param name="Owed">In memory; with <paramref name="More"/> there are others in the store.</param>
internal sealed record LaneReport(string To, bool Critical, int Owed, bool More, DateTimeOffset? Oldest = null, string? Reason = null);
