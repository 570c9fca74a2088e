using Bridge.Core.Configuration;

namespace Bridge.Core.Commands;

/// <summary>One command as people type it.</summary>
/// <param name="Name">Its first word.</param>
/// <param name="Usage">The words after it.</param>
/// <param name="Meaning">One line.</param>
/// <param name="Needs">How far who types it must be let.</param>
public sealed record CommandForm(string Name, string Usage, string Meaning, AccessRight Needs)
{
    /// <summary>Every command, in the order in which help shows them.</summary>
    public static IReadOnlyList<CommandForm> All { get; } =
    [
        new("help", "[COMMAND]", "Says what can be typed here.", AccessRight.Read),
        new("status", "", "Endpoints, links, silences, and what is owed.", AccessRight.Read),
        new("list", "[links | portals | endpoints | deliveries]", "Lists them; deliveries are those that are stuck or failed.", AccessRight.Read),
        new("start-chat", "ADDRESS [LINK]", "Makes a conversation for somebody on another network, and invites you.", AccessRight.Operate),
        new("retry", "DELIVERY", "Sends a delivery again that is parked, uncertain, failed or expired.", AccessRight.Operate),
        new("link", "ADDRESS ADDRESS ...", "Keeps conversations the same from now on.", AccessRight.Admin),
        new("unlink", "LINK", "Ends a link that was made so.", AccessRight.Admin),
        new("set-relay", "LINK \"LABEL\"", "Puts a label before what people say whom the far side cannot show.", AccessRight.Admin),
        new("silence", "NAME DURATION | NAME off", "Keeps a route or link quiet for a while, or lets it speak again.", AccessRight.Admin),
    ];

    /// <summary>As typed.</summary>
    public string Shown => Usage.Length == 0 ? Name : $"{Name} {Usage}";

    public static CommandForm? Find(string name) => All.FirstOrDefault(form => form.Name == name);
}
