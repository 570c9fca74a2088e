using Bridge.Abstractions;

namespace Bridge.Core.Commands;

/// <summary>What somebody asks of Bridge in a management conversation: a closed hierarchy.</summary>
public abstract record ChatCommand
{
    private ChatCommand()
    {
    }

    /// <param name="About">One command; null: all.</param>
    public sealed record Help(string? About) : ChatCommand;

    public sealed record Status : ChatCommand;

    public sealed record List(Listed What) : ChatCommand;

    /// <summary>Keeps conversations the same from now on.</summary>
    public sealed record Link(EquatableArray<Address> Between) : ChatCommand;

    /// <param name="Id">Of a link.</param>
    public sealed record Unlink(string Id) : ChatCommand;

    /// <param name="With">A conversation on some network.</param>
    /// <param name="Through">The link whose portal it is to be; null: the only one that can.</param>
    public sealed record StartChat(Address With, string? Through = null) : ChatCommand;

    /// <param name="Id">Of a link that was made at run time.</param>
    /// <param name="Label">What is put before the text of a sender whom the far side cannot show.</param>
    public sealed record SetRelay(string Id, MessageText Label) : ChatCommand;

    public sealed record Retry(long Delivery) : ChatCommand;

    /// <param name="Id">Of a route or a link.</param>
    /// <param name="For">Null: it may speak again.</param>
    public sealed record Silence(string Id, TimeSpan? For) : ChatCommand;
}

/// <summary>What can be listed.</summary>
public enum Listed
{
    Links,
    Portals,
    Endpoints,
    Deliveries,
}

/// <summary>What was typed is no command.</summary>
/// <param name="Message">What is wrong; it may quote what was typed, so it goes back to who typed it and nowhere else.</param>
/// <param name="Cure">What to type instead.</param>
public sealed record CommandProblem(string Message, string Cure);
