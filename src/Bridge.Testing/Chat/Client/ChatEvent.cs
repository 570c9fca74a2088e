using System.Text.Json.Nodes;
using Bridge.Abstractions;

namespace Bridge.Testing.Chat;

/// <summary>One thing that happens in the chat network, in its own words: what goes over its wire, both ways.</summary>
public sealed record ChatEvent
{
    /// <summary>Its place in the network's log; 0 for what is not kept (typing).</summary>
    public long Number { get; init; }

    public required string Conversation { get; init; }

    public required ChatKind Kind { get; init; }

    /// <summary>Its own name; the network gives it.</summary>
    public string? Id { get; init; }

    /// <summary>The message it is about.</summary>
    public string? Target { get; init; }

    /// <summary>The account through which it came; empty: a person did it.</summary>
    public string Account { get; init; } = "";

    /// <summary>The network's name of who did it; null: the account that sent it.</summary>
    public string? From { get; init; }

    public string? FromName { get; init; }

    public bool FromBot { get; init; }

    /// <summary>The words, the reaction, the new title, the reason.</summary>
    public string? Text { get; init; }

    /// <summary>The words with their look (<see cref="ChatText"/>).</summary>
    public JsonArray? Format { get; init; }

    public MessageManner Manner { get; init; }

    public string? ReplyTo { get; init; }

    public string? Thread { get; init; }

    public ChatFile? File { get; init; }

    public double[]? Place { get; init; }

    /// <summary>Of a contact card, beside the name in <see cref="Text"/>.</summary>
    public string? Phone { get; init; }

    /// <summary>The conversation's title and whether it is with one person, as the network says them with every event.</summary>
    public string? Title { get; init; }

    public bool IsDirect { get; init; }

    public int Revision { get; init; } = 1;

    public int Hops { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>What can happen in the chat network.</summary>
public enum ChatKind
{
    Message,
    Edit,
    Delete,
    Reaction,
    Unreaction,
    Read,
    Delivered,
    Typing,
    TypingEnded,
    Renamed,
    Failed,
    Succeeded,
}

/// <summary>A file of a message; its bytes are asked for by its id.</summary>
public sealed record ChatFile(string Id, string Name, string Type, long Size)
{
    public AttachmentKind ShownAs { get; init; }

    public string? Caption { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public long? Milliseconds { get; init; }
}
