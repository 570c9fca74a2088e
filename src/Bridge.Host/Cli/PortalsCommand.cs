using System.CommandLine;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary><c>bridge portals</c>: list, start.</summary>
internal static class PortalsCommand
{
    public static Command Build() => new("portals", "Look at the conversations that links with '*' made; have one made now.")
    {
        List(),
        Start(),
    };

    private static Command List()
    {
        var link = new Option<string?>("--link") { Description = "Only those of this link.", HelpName = "name" };
        var limit = new Option<int>("--limit") { Description = "At most this many.", DefaultValueFactory = _ => 100 };
        return new Command("list", "List the portals.") { link, limit }.Does(async (parsed, output, cancellationToken) =>
        {
            var request = new PortalsRequest(parsed.GetValue(link), parsed.GetValue(limit));
            output.Result<PortalReport[]>(await Common.DaemonOf(parsed).AskAsync("portals", request, cancellationToken), Print);
            return ExitCode.Ok;
        });
    }

    private static Command Start()
    {
        var far = new Argument<string>("ADDRESS") { Description = "The conversation on the other network for which one is to be made." };
        var link = new Option<string?>("--link") { Description = "The link whose portal it is to be, where several could make it.", HelpName = "name" };
        var near = new Option<string?>("--near") { Description = "A conversation that is there already and is to be the portal, instead of a new one.", HelpName = "address" };
        var command = new Command("start", "Make the portal of a conversation now, before anything is said in it. Asked again, it is the same one.") { far, link, near };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var request = new PortalStartRequest(parsed.GetRequiredValue(far), parsed.GetValue(link), parsed.GetValue(near));
            output.Result<PortalReport>(await Common.DaemonOf(parsed).AskAsync("portal-start", request, cancellationToken), (screen, portal) => Print(screen, [portal]));
            return ExitCode.Ok;
        });
    }

    private static void Print(Output screen, PortalReport[] portals)
    {
        if (portals.Length == 0)
        {
            screen.Line($"none");
            return;
        }

        screen.Table(["link", "for", "at"], portals.Select(portal => (string[])[portal.Link, portal.Far, portal.Near ?? "not made yet"]));
    }
}
