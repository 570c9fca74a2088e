using System.CommandLine;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary><c>bridge links</c>: list, add, remove, label.</summary>
internal static class LinksCommand
{
    public static Command Build() => new("links", "Look at the links of the running daemon; make one at run time, or end one that was made so.")
    {
        List(),
        Add(),
        Remove(),
        Label(),
    };

    private static Command List() => new Command("list", "List the links, those of the configuration first.").Does(async (parsed, output, cancellationToken) =>
    {
        output.Result<LinkReport[]>(await Common.DaemonOf(parsed).AskAsync("links", new Nothing(), cancellationToken), Print);
        return ExitCode.Ok;
    });

    private static Command Add()
    {
        var between = new Argument<string[]>("ADDRESS") { Description = "Two addresses or more.", Arity = new ArgumentArity(2, 20) };
        var label = new Option<string?>("--label") { Description = "A template that is put before a text where the other side cannot show who speaks, such as '{{ sender.name }}: '.", HelpName = "template" };
        return new Command("add", "Keep conversations the same from now on. The link outlives restarts and reloads.") { between, label }.Does(async (parsed, output, cancellationToken) =>
        {
            var request = new LinkAddRequest(parsed.GetRequiredValue(between), parsed.GetValue(label));
            output.Result<LinkReport>(await Common.DaemonOf(parsed).AskAsync("link-add", request, cancellationToken), (screen, link) => Print(screen, [link]));
            return ExitCode.Ok;
        });
    }

    private static Command Remove()
    {
        var id = new Argument<string>("LINK") { Description = "Its name as shown by links list." };
        return new Command("remove", "End a link that was made at run time. What is owed already is still delivered.") { id }.Does(async (parsed, output, cancellationToken) =>
        {
            var gone = await Common.DaemonOf(parsed).AskAsync("link-remove", new LinkRemoveRequest(parsed.GetRequiredValue(id)), cancellationToken);
            output.Result<LinkReport>(gone, (screen, link) => screen.Line($"no longer linked: {string.Join(" = ", link.Between)}"));
            return ExitCode.Ok;
        });
    }

    private static Command Label()
    {
        var id = new Argument<string>("LINK") { Description = "Its name as shown by links list." };
        var label = new Argument<string>("LABEL") { Description = "A template such as '{{ sender.name }}: '; an empty one takes the label away." };
        return new Command("label", "Set what a link that was made at run time puts before a text where the other side cannot show who speaks.") { id, label }.Does(async (parsed, output, cancellationToken) =>
        {
            var request = new LinkLabelRequest(parsed.GetRequiredValue(id), parsed.GetRequiredValue(label));
            output.Result<LinkReport>(await Common.DaemonOf(parsed).AskAsync("link-label", request, cancellationToken), (screen, link) => Print(screen, [link]));
            return ExitCode.Ok;
        });
    }

    private static void Print(Output screen, LinkReport[] links)
    {
        if (links.Length == 0)
        {
            screen.Line($"none");
            return;
        }

        screen.Table(["link", "between", "portals", "about"], links.Select(link => (string[])
        [
            link.Link, string.Join(" = ", link.Between), link.Portals is { } portals ? $"{portals}" : "",
            string.Join("; ", new[] { link.Made is { } made ? $"made at run time by {made.By}, {Words.Time(made.Since)}" : null, link.Impaired }.Where(about => about is not null)),
        ]));
    }
}
