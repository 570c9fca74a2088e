using System.CommandLine;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary><c>bridge send</c>: one delivery, past all rules; returns when it is durable.</summary>
internal static class SendCommand
{
    public static Command Build()
    {
        var address = new Argument<string>("ADDRESS") { Description = "Where it goes, such as console:me." };
        var content = new Content();
        var severity = new Option<string>("--severity") { Description = "How much it matters.", HelpName = "severity", DefaultValueFactory = _ => "notice" };
        severity.AcceptOnlyFromAmong("info", "notice", "warning", "critical");
        var options = new Option<string[]>("--option", "-o") { Description = "What the destination's plugin offers, such as retain=true; may be given more than once.", HelpName = "name=value" };
        var command = new Command("send", "Deliver something to one address; no rule is asked. Prints the event's id when it is stored.") { address };
        content.AddTo(command);
        command.Add(severity);
        command.Add(options);
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var (text, payload) = content.Read(parsed);
            var request = new SendRequest(
                parsed.GetRequiredValue(address), text, payload, parsed.GetValue(severity), Pairs(parsed.GetValue(options) ?? []));
            var accepted = await Common.DaemonOf(parsed).AskAsync("send", request, cancellationToken);
            output.Result<AcceptedReport>(accepted, (screen, report) => screen.Line($"{report.EventId}"));
            return ExitCode.Ok;
        });
    }

    private static Dictionary<string, string> Pairs(IEnumerable<string> options)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in options)
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new CliException(ExitCode.Usage, $"--option '{option}' is not of the form name=value", "write, say, --option retain=true");
            }

            pairs[option[..equals]] = option[(equals + 1)..];
        }

        return pairs;
    }
}
