using System.CommandLine;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary><c>bridge optouts</c>: list, remove.</summary>
internal static class OptOutsCommand
{
    public static Command Build() => new("optouts", "See who asked not to be written to (STOP); lift it by hand.")
    {
        List(),
        Remove(),
    };

    private static Command List() => new Command("list", "List the addresses that are not written to.").Does(async (parsed, output, cancellationToken) =>
    {
        output.Result<OptOutReport[]>(await Common.DaemonOf(parsed).AskAsync("optouts", new Nothing(), cancellationToken), Print);
        return ExitCode.Ok;
    });

    private static Command Remove()
    {
        var address = new Argument<string>("ADDRESS") { Description = "As the list shows it, such as sms:+491511234567." };
        return new Command("remove", "Let an address be written to again: only where the person there asked for that in another way.") { address }
            .Does(async (parsed, output, cancellationToken) =>
            {
                var request = new OptOutRequest(parsed.GetRequiredValue(address));
                output.Result<OptOutReport>(
                    await Common.DaemonOf(parsed).AskAsync("optout-lift", request, cancellationToken),
                    (screen, lifted) => screen.Line($"{lifted.Address} may be written to again"));
                return ExitCode.Ok;
            });
    }

    private static void Print(Output screen, OptOutReport[] optOuts)
    {
        if (optOuts.Length == 0)
        {
            screen.Line($"none");
            return;
        }

        screen.Table(["address", "since", "why", "event"], optOuts.Select(one => (string[])[one.Address, Words.Time(one.Since), one.Why, one.EventId]));
    }
}
