using System.CommandLine;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary><c>bridge silences</c>: list, add, remove.</summary>
internal static class SilencesCommand
{
    public static Command Build() => new("silences", "Keep a route or link quiet for a while; see what is quiet.")
    {
        List(),
        Add(),
        Remove(),
    };

    private static Command List() => new Command("list", "List what is kept quiet.").Does(async (parsed, output, cancellationToken) =>
    {
        output.Result<SilenceReport[]>(await Common.DaemonOf(parsed).AskAsync("silences", new Nothing(), cancellationToken), Print);
        return ExitCode.Ok;
    });

    private static Command Add()
    {
        var name = new Argument<string>("NAME") { Description = "Of a route or link." };
        var duration = new Argument<string>("DURATION") { Description = "Such as 30m, 2h or 3d; at most a year." };
        return new Command("add", "Keep a route or link quiet. What it would have said meanwhile is not said later.") { name, duration }.Does(async (parsed, output, cancellationToken) =>
        {
            var request = new SilenceRequest(parsed.GetRequiredValue(name), parsed.GetRequiredValue(duration));
            output.Result<SilenceReport>(await Common.DaemonOf(parsed).AskAsync("silence", request, cancellationToken), (screen, silence) => Print(screen, [silence]));
            return ExitCode.Ok;
        });
    }

    private static Command Remove()
    {
        var name = new Argument<string>("NAME") { Description = "Of a route or link that is kept quiet." };
        return new Command("remove", "Let it speak again.") { name }.Does(async (parsed, output, cancellationToken) =>
        {
            var request = new SilenceEndRequest(parsed.GetRequiredValue(name));
            output.Result<SilenceReport>(
                await Common.DaemonOf(parsed).AskAsync("silence-end", request, cancellationToken), (screen, ended) => screen.Line($"{ended.Name} may speak again"));
            return ExitCode.Ok;
        });
    }

    private static void Print(Output screen, SilenceReport[] silences)
    {
        if (silences.Length == 0)
        {
            screen.Line($"none");
            return;
        }

        screen.Table(["name", "until", "by"], silences.Select(silence => (string[])[silence.Name, Words.Time(silence.Until), silence.By]));
    }
}
