using Bridge.Core.Configuration;
using Bridge.Host.Admin;

namespace Bridge.Host.Api;

/// <summary>Everything that can be asked over HTTP: the one table behind the server and the document that describes it.</summary>
internal static class ApiRoutes
{
    public const string Version = "/v1";

    /// <summary>Where the document is.</summary>
    public const string Document = "/openapi.json";

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        Get<Nothing, StatusReport>("/status", "status", "The daemon at a glance."),
        Get<Nothing, IReadOnlyList<EndpointReport>>("/endpoints", "endpoints", "Every endpoint and how it does."),
        Get<EndpointRequest, EndpointReport>("/endpoints/{endpoint}", "endpoint", "One endpoint."),
        Get<Nothing, IReadOnlyList<LinkReport>>("/links", "links", "Every link."),
        Post<LinkAddRequest, LinkReport>(
            "/links", AccessRight.Admin, "link-add", "Keep conversations the same from now on; the same addresses again are the same link."),
        Get<LinkRequest, LinkReport>("/links/{link}", "link", "One link."),
        new("DELETE", "/links/{link}", AccessRight.Admin, "link-remove", typeof(LinkRemoveRequest), typeof(LinkReport), "End a link that was made at run time."),
        Post<LinkLabelRequest, LinkReport>(
            "/links/{link}/label", AccessRight.Admin, "link-label", "Set what a link that was made at run time puts before the text of whom the far side cannot show."),
        Get<PortalsRequest, IReadOnlyList<PortalReport>>("/portals", "portals", "The conversations that links with * made or want to make."),
        Post<PortalStartRequest, PortalReport>(
            "/portals", AccessRight.Operate, "portal-start", "Make the portal of a conversation now; asked again, it is the same one."),
        Get<Nothing, IReadOnlyList<SilenceReport>>("/silences", "silences", "The routes and links that are kept quiet."),
        Post<SilenceRequest, SilenceReport>("/silences", AccessRight.Admin, "silence", "Keep a route or link quiet for a while."),
        new("DELETE", "/silences/{name}", AccessRight.Admin, "silence-end", typeof(SilenceEndRequest), typeof(SilenceReport), "Let a route or link speak again."),
        Get<Nothing, IReadOnlyList<OptOutReport>>("/optouts", "optouts", "The addresses that asked not to be written to."),
        new("DELETE", "/optouts/{address}", AccessRight.Admin, "optout-lift", typeof(OptOutRequest), typeof(OptOutReport), "Let an address be written to again."),
        Get<Nothing, IReadOnlyList<ContactReport>>("/contacts", "contacts", "The people of the configuration, and where they can be reached."),
        Get<ListRequest, IReadOnlyList<DeliveryReport>>(
            "/deliveries", "deliveries", "Deliveries, newest first: owed, parked, uncertain or dead ones, unless a state or all are asked for."),
        Get<DeliveryRequest, DeliveryReport>("/deliveries/{delivery}", "delivery", "One delivery."),
        Post<DeliveryRequest, DeliveryReport>(
            "/deliveries/{delivery}/retry",
            AccessRight.Operate,
            "delivery-retry",
            "Send a delivery again that is parked, uncertain, failed or expired."),
        Post<DeliveryRequest, DeliveryReport>(
            "/deliveries/{delivery}/drop", AccessRight.Operate, "delivery-drop", "Give up a delivery that is not yet handed over."),
        Get<EventRequest, TraceReport>(
            "/events/{eventId}/trace", "trace", "The story of one event: what each rule said, and what became of its deliveries."),
    ];

    private static ApiRoute Get<TArguments, TResult>(string path, string command, string summary) =>
        new("GET", path, AccessRight.Read, command, typeof(TArguments), typeof(TResult), summary);

    private static ApiRoute Post<TArguments, TResult>(string path, AccessRight needs, string command, string summary) =>
        new("POST", path, needs, command, typeof(TArguments), typeof(TResult), summary);
}
