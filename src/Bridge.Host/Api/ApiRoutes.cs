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
        Get<LinkRequest, LinkReport>("/links/{link}", "link", "One link."),
        Get<PortalsRequest, IReadOnlyList<PortalReport>>("/portals", "portals", "The conversations that links with * made or want to make."),
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
