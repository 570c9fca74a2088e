using Bridge.Abstractions;

namespace Bridge.Testing.Chat;

/// <summary>What the network can carry, as it tells whoever connects. Everything unless said otherwise.</summary>
public sealed record ChatRules
{
    /// <summary>All that people do to each other in a chat.</summary>
    public const EventFeature Everything =
        EventFeature.Text | EventFeature.Edit | EventFeature.Delete | EventFeature.Reaction | EventFeature.Attachment | EventFeature.Receipt
        | EventFeature.Typing | EventFeature.Location | EventFeature.Contact | EventFeature.Conversation | EventFeature.Formatting | EventFeature.Reply
        | EventFeature.Identity | EventFeature.Outcome;

    /// <summary>Carries everything, and drops a repeated key for half an hour.</summary>
    public static ChatRules All { get; } = new();

    /// <summary>Plain text and nothing else; a repeat is a second message.</summary>
    public static ChatRules TextOnly { get; } = new() { Sends = EventFeature.Text, Resend = "unsafe", MaxTextLength = 160, Marks = false };

    public EventFeature Sends { get; init; } = Everything;

    /// <summary><c>keyed</c>, <c>harmless</c> or <c>unsafe</c>.</summary>
    public string Resend { get; init; } = "keyed";

    public TimeSpan KeysFor { get; init; } = TimeSpan.FromMinutes(30);

    public int MaxTextLength { get; init; } = 10_000;

    public long MaxAttachment { get; init; } = 100_000_000;

    public int InFlight { get; init; } = 1;

    /// <summary>Whether it keeps what is said of a message beside its words: that it is a notice, and how many bridges it has passed.</summary>
    public bool Marks { get; init; } = true;

    public EndpointCapabilities ToCapabilities() => new()
    {
        Sends = Sends,
        Resend = Resend switch
        {
            "keyed" => new ResendClass.Keyed(KeysFor),
            "harmless" => new ResendClass.Harmless(),
            _ => new ResendClass.Unsafe(),
        },
        MaxTextLength = MaxTextLength,
        MaxAttachment = MaxAttachment,
        InFlight = InFlight,
        MayEcho = false,
    };
}
