using System.Text.Json;
using Bridge.Core.Commands;

namespace Bridge.Host.Admin;

/// <summary>Does the commands of management conversations as the command line does its own: the same handlers, the answers in a few lines.</summary>
internal sealed class ChatCommands(CommandRunner runner)
{
    private const int Most = 20;

    public Task<string> RunAsync(ChatCommand command, CancellationToken cancellationToken) => command switch
    {
        ChatCommand.Status => AskAsync<StatusReport>("status", new Nothing(), Words, cancellationToken),
        ChatCommand.List { What: Listed.Endpoints } =>
            AskAsync<EndpointReport[]>("endpoints", new Nothing(), endpoints => Lines(endpoints.Select(Words)), cancellationToken),
        ChatCommand.List { What: Listed.Deliveries } =>
            AskAsync<DeliveryReport[]>("deliveries", new ListRequest(Limit: Most + 1), owed => Lines(owed.Select(Words)), cancellationToken),
        ChatCommand.List { What: Listed.Portals } =>
            AskAsync<PortalReport[]>("portals", new PortalsRequest(Limit: Most + 1), portals => Lines(portals.Select(Words)), cancellationToken),
        ChatCommand.List => AskAsync<LinkReport[]>("links", new Nothing(), links => Lines(links.Select(Words)), cancellationToken),
        ChatCommand.Retry retry => AskAsync<DeliveryReport>("delivery-retry", new DeliveryRequest(retry.Delivery), Words, cancellationToken),
        ChatCommand.Link => NotYet("link", "write it under 'links' in the configuration, which takes effect at once"),
        ChatCommand.Unlink => NotYet("unlink", "remove it from 'links' in the configuration, which takes effect at once"),
        ChatCommand.StartChat => NotYet("start-chat", "a portal is made by the first message from the other side"),
        ChatCommand.SetRelay => NotYet("set-relay", "write 'relay: { label: ... }' at the link in the configuration, which takes effect at once"),
        ChatCommand.Silence => NotYet("silence", "write a 'cooldown' at the route, or take it out of the configuration for a while"),
        _ => throw new ArgumentException($"nothing does {command.GetType().Name}", nameof(command)),
    };

    private async Task<string> AskAsync<T>(string command, object arguments, Func<T, string> words, CancellationToken cancellationToken)
    {
        var response = await runner.RunAsync(command, JsonSerializer.SerializeToNode(arguments, AdminProtocol.Json), cancellationToken);
        return response.Error is { } error ? error.Message + With("; ", error.Cure)
            : response.Result.Deserialize<T>(AdminProtocol.Json) is { } result ? words(result) : "none";
    }

    private static Task<string> NotYet(string command, string instead) =>
        Task.FromResult($"{command} is not done from here yet by this version: {instead}");

    private static string Words(StatusReport status)
    {
        var counts = status.Deliveries.Where(count => count.Value > 0).Select(count => $"{count.Value} {count.Key}").ToList();
        return $"Bridge {status.Version}, configuration {status.Generation}{(status.ReloadRefused is null ? "" : ", the last reload was refused")}\n"
            + Lines(status.Endpoints.Select(Words)) + $"\ndeliveries: {(counts.Count == 0 ? "none yet" : string.Join(", ", counts))}";
    }

    private static string Words(EndpointReport endpoint) => $"{endpoint.Name}: {endpoint.Phase}{With(", ", endpoint.Reason)}";

    private static string Words(LinkReport link) =>
        $"{link.Link}: {string.Join(" = ", link.Between)}{(link.Portals is { } portals ? $", {portals} portals" : "")}";

    private static string Words(PortalReport portal) => $"{portal.Link}: {portal.Far} = {portal.Near ?? "not made yet"}";

    private static string Words(DeliveryReport delivery) =>
        $"{delivery.Delivery}: {delivery.State}, to {delivery.To}{With(", ", delivery.Reason)}{With("; ", delivery.Cure)}";

    private static string With(string before, string? text) => text is null ? "" : before + text;

    private static string Lines(IEnumerable<string> all)
    {
        var lines = all.ToList();
        return lines.Count == 0 ? "none" : string.Join('\n', lines.Take(Most)) + (lines.Count > Most ? "\nand more: see the command line" : "");
    }
}
