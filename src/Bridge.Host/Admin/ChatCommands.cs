using System.Text.Json;
using Bridge.Core.Commands;
using Bridge.Host.Cli;

namespace Bridge.Host.Admin;

/// <summary>Does the commands of management conversations as the command line does its own: the same handlers, the answers in a few lines.</summary>
internal sealed class ChatCommands(CommandRunner runner)
{
    private const int Most = 20;

    public Task<string> RunAsync(ChatCommand command, CommandAsker asker, CancellationToken cancellationToken) => command switch
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
        ChatCommand.Link link =>
            AskAsync<LinkReport>("link-add", new LinkAddRequest([.. link.Between.Select(side => side.Full)], By: asker.Person), made => $"linked as {Words(made)}", cancellationToken),
        ChatCommand.Unlink unlink =>
            AskAsync<LinkReport>(
                "link-remove", new LinkRemoveRequest(unlink.Id, asker.Person), gone => $"no longer linked: {Words(gone)}", cancellationToken),
        ChatCommand.SetRelay relay =>
            AskAsync<LinkReport>("link-label", new LinkLabelRequest(relay.Id, relay.Label.Value, asker.Person), link => $"the label of {link.Link} is set", cancellationToken),
        ChatCommand.StartChat chat =>
            AskAsync<PortalReport>("portal-start", new PortalStartRequest(chat.With.Full, chat.Through, Asker: asker.At.Full, By: asker.Person), Words, cancellationToken),
        ChatCommand.Silence { For: { } time } silence =>
            AskAsync<SilenceReport>("silence", new SilenceRequest(silence.Id, $"{(long)time.TotalMilliseconds}ms", asker.Person), Words, cancellationToken),
        ChatCommand.Silence silence =>
            AskAsync<SilenceReport>("silence-end", new SilenceEndRequest(silence.Id, asker.Person), ended => $"{ended.Name} may speak again", cancellationToken),
        _ => throw new ArgumentException($"nothing does {command.GetType().Name}", nameof(command)),
    };

    private async Task<string> AskAsync<T>(string command, object arguments, Func<T, string> words, CancellationToken cancellationToken)
    {
        var response = await runner.RunAsync(command, JsonSerializer.SerializeToNode(arguments, AdminProtocol.Json), cancellationToken);
        return response.Error is { } error ? error.Message + With("; ", error.Cure)
            : response.Result.Deserialize<T>(AdminProtocol.Json) is { } result ? words(result) : "none";
    }

    private static string Words(StatusReport status)
    {
        var counts = status.Deliveries.Where(count => count.Value > 0).Select(count => $"{count.Value} {count.Key}").ToList();
        return $"Bridge {status.Version}, configuration {status.Generation}{(status.ReloadRefused is null ? "" : ", the last reload was refused")}\n"
            + Lines([.. status.Endpoints.Select(Words), .. (status.Links?.Impaired ?? []).Select(link => $"{link.Link} is impaired: {link.Why}"), .. (status.Silences ?? []).Select(Words)])
            + (status.Links is { } links ? $"\n{LinkWords.Of(links)}" : "") + $"\ndeliveries: {(counts.Count == 0 ? "none yet" : string.Join(", ", counts))}";
    }

    private static string Words(EndpointReport endpoint) => $"{endpoint.Name}: {endpoint.Phase}{With(", ", endpoint.Reason)}";

    private static string Words(LinkReport link) =>
        $"{link.Link}: {string.Join(" = ", link.Between)}{(link.Portals is { } portals ? $", {portals} portals" : "")}"
        + $"{(link.Made is { } made ? $", made at run time by {made.By}" : "")}{With(", impaired: ", link.Impaired)}";

    private static string Words(PortalReport portal) => $"{portal.Link}: {portal.Far} = {portal.Near ?? "not made yet"}";

    private static string Words(SilenceReport silence) => $"{silence.Name} is silenced by {silence.By} until {Cli.Words.Time(silence.Until)}";

    private static string Words(DeliveryReport delivery) =>
        $"{delivery.Delivery}: {delivery.State}, to {delivery.To}{With(", ", delivery.Reason)}{With("; ", delivery.Cure)}";

    private static string With(string before, string? text) => text is null ? "" : before + text;

    private static string Lines(IEnumerable<string> all)
    {
        var lines = all.ToList();
        return lines.Count == 0 ? "none" : string.Join('\n', lines.Take(Most)) + (lines.Count > Most ? "\nand more: see the command line" : "");
    }
}
