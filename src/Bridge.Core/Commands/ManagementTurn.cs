using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Routing;

namespace Bridge.Core.Commands;

/// <summary>
/// What is said in a management conversation: owed to the desk that does it when somebody with a role says it, and to nobody else. It is a delivery
/// like any other, so that no command is lost, none overtakes another, and <c>trace</c> tells of it.
/// </summary>
internal static class ManagementTurn
{
    /// <summary>The route id under which <c>trace</c> shows it.</summary>
    public const string Route = "management";

    // Who asked has asked again by then.
    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(10);

    public static void Take(Draft draft, Management management, Arrival arrival)
    {
        if (NotTaken(management, arrival.Inbound) is { } why)
        {
            draft.Say(Route, Verdict.NotMatched, why);
            return;
        }

        var inbound = arrival.Inbound;
        draft.Say(Route, Verdict.Sent, "a command");
        draft.Owe(new PlannedDelivery(
            new DeliveryContent
            {
                To = CommandDesk.AddressOf(inbound.Address),
                Route = Route,
                Expires = draft.Now + s_life,
                RetryUntil = draft.Now + s_life,
                Source = inbound.Address,
                Sender = inbound.Sender,
                OccurredAt = inbound.OccurredAt ?? arrival.ReceivedAt,
                Hops = inbound.Hops + 1,
            },
            "a command"));
    }

    private static string? NotTaken(Management management, Inbound inbound) =>
        inbound.Event is not MessagePosted posted ? "only what is said can be a command"
        : inbound.Sender is null or { IsBot: true } || posted.Manner == MessageManner.Notice ? "bots give no commands"
        : management.RightOf(inbound.Address.Endpoint, inbound.Sender) == AccessRight.None ? "its sender has no role (access.roles)"
        : posted.Parts is not [TextPart] ? "a command is one text"
        : null;
}
