namespace Bridge.Host.Admin;

// Links, portals, silences and opt-outs; member names are the JSON of the protocol and of --json: add only.

/// <summary>A request that says who makes it. Over HTTP that is the token's name, whatever the caller says.</summary>
internal interface ISigned
{
    string? By { get; }
}

/// <param name="Between">Its addresses, or the patterns of its two sides.</param>
/// <param name="Portals">How many conversations it made or wants; null where the addresses are fixed.</param>
/// <param name="Made">Who made it at run time, and when; null: it stands in the configuration.</param>
/// <param name="Impaired">Why it does not work as it should; null: it does.</param>
internal sealed record LinkReport(string Link, IReadOnlyList<string> Between, int? Portals = null, MadeReport? Made = null, string? Impaired = null);

internal sealed record MadeReport(DateTimeOffset Since, string By);

internal sealed record LinkRequest(string Link);

internal sealed record LinkRemoveRequest(string Link, string? By = null) : ISigned;

/// <param name="Between">Two addresses or more.</param>
/// <param name="Label">Put before a text where the far side cannot show who speaks; a template.</param>
internal sealed record LinkAddRequest(IReadOnlyList<string> Between, string? Label = null, string? By = null) : ISigned;

/// <param name="Label">Empty: none any more.</param>
internal sealed record LinkLabelRequest(string Link, string Label, string? By = null) : ISigned;

/// <param name="Link">Only of this one; null: of all.</param>
internal sealed record PortalsRequest(string? Link = null, int Limit = 100);

/// <param name="Near">Null until it was made.</param>
internal sealed record PortalReport(string Portal, string Link, string Far, string? Near = null);

/// <param name="Far">The conversation it is to stand for.</param>
/// <param name="Link">Null: the only link that makes portals for it.</param>
/// <param name="Near">A conversation that is there already and is to be the portal; null: one is made.</param>
/// <param name="Asker">The address of who asks: he is invited where the portal is on his network.</param>
internal sealed record PortalStartRequest(string Far, string? Link = null, string? Near = null, string? Asker = null, string? By = null) : ISigned;

/// <param name="Name">Of a route or link.</param>
/// <param name="Duration">Such as 2h.</param>
internal sealed record SilenceRequest(string Name, string Duration, string? By = null) : ISigned;

/// <param name="Name">Of a route or link.</param>
internal sealed record SilenceEndRequest(string Name, string? By = null) : ISigned;

internal sealed record SilenceReport(string Name, DateTimeOffset Since, DateTimeOffset Until, string By);

/// <param name="Address">An address that asked not to be written to.</param>
internal sealed record OptOutRequest(string Address, string? By = null) : ISigned;

/// <param name="EventId">The message that said so; see <c>trace</c>.</param>
internal sealed record OptOutReport(string Address, DateTimeOffset Since, string Why, string EventId);

/// <summary>All links at a glance.</summary>
/// <param name="Made">Those that were made at run time.</param>
/// <param name="Waiting">Portals that are not made yet.</param>
/// <param name="Impaired">Those that do not work as they should.</param>
internal sealed record LinksReport(int Links, int Made, int Portals, int Waiting, IReadOnlyList<ImpairedReport> Impaired);

/// <param name="Why">For the operator.</param>
internal sealed record ImpairedReport(string Link, string Why);
