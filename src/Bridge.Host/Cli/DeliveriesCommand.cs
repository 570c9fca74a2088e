using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary><c>bridge deliveries</c>: list, retry, drop.</summary>
internal static class DeliveriesCommand
{
    public static Command Build() => new("deliveries", "Look at what is owed and what failed; send it again or drop it.")
    {
        List(),
        Act("retry", "Send a delivery again that is parked, uncertain, failed or expired."),
        Act("drop", "Give up a delivery that is not yet handed over."),
    };

    private static Command List()
    {
        var state = new Option<string?>("--state") { Description = "Only those in this state, such as pending, parked, uncertain, failed or expired.", HelpName = "state" };
        var limit = new Option<int>("--limit") { Description = "At most this many, newest first.", DefaultValueFactory = _ => 50 };
        var all = new Option<bool>("--all") { Description = "Those that are settled well, too." };
        var command = new Command("list", "List deliveries that are owed, parked, uncertain or dead, newest first.") { state, all, limit };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var request = new ListRequest(parsed.GetValue(state), parsed.GetValue(limit), parsed.GetValue(all));
            var daemon = Common.DaemonOf(parsed);
            var listed = await daemon.AskAsync("deliveries", request, cancellationToken);
            output.Result<DeliveryReport[]>(listed, Print);
            if (!output.Json && listed is JsonArray { Count: var shown } && shown >= request.Limit)
            {
                var count = (await daemon.AskAsync("deliveries-count", request, cancellationToken)).Deserialize<CountReport>(AdminProtocol.Json)!.Deliveries;
                if (count > shown)
                {
                    output.Line($"[dim]{shown} of {count}; more with --limit N[/]");
                }
            }

            return ExitCode.Ok;
        });
    }

    private static Command Act(string name, string description)
    {
        var ids = new Argument<string[]>("DELIVERY") { Description = "Numbers as shown by deliveries list.", Arity = ArgumentArity.OneOrMore };
        return new Command(name, description) { ids }.Does(async (parsed, output, cancellationToken) =>
        {
            foreach (var id in parsed.GetRequiredValue(ids).Select(Number).ToList())
            {
                var done = await Common.DaemonOf(parsed).AskAsync($"delivery-{name}", new DeliveryRequest(id), cancellationToken);
                output.Result<DeliveryReport>(done, Words.Delivery);
            }

            return ExitCode.Ok;
        });
    }

    /// <summary>The milliseconds and twelve random bits: one event, unless thousands came in that very millisecond.</summary>
    private static string Short(string eventId) => eventId[..18];

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new CliException(ExitCode.Usage, $"{text} is no delivery number", "see: bridge deliveries list");

    private static void Print(Output screen, DeliveryReport[] deliveries)
    {
        if (deliveries.Length == 0)
        {
            screen.Line($"none");
            return;
        }

        screen.Table(["delivery", "state", "event", "to", "route", "created", "reason"], deliveries.Select(delivery => (string[])
        [
            $"{delivery.Delivery}", delivery.State, Short(delivery.EventId), delivery.To, delivery.Route, Words.Time(delivery.CreatedAt), delivery.Reason ?? "",
        ]));
    }
}
