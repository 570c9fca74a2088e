namespace Bridge.Abstractions;

/// <summary>What a conversation can carry. Core's fitter degrades what it cannot: plugins contain no "if unsupported".</summary>
[Flags]
public enum EventFeature
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Plain text.</summary>
    Text = 1,

    /// <summary>Changing an earlier message; without it an edit becomes a follow-up text.</summary>
    Edit = 2,

    /// <summary>Taking back an earlier message; without it a delete becomes a follow-up text.</summary>
    Delete = 4,

    /// <summary>Reactions; without them a reaction becomes a line of text.</summary>
    Reaction = 8,

    /// <summary>Files; without them a file becomes a line with its name and size.</summary>
    Attachment = 16,

    /// <summary>A machine's payload: bytes with a content type.</summary>
    Data = 32,

    /// <summary>Delivered and read receipts.</summary>
    Receipt = 64,

    /// <summary>Typing notices.</summary>
    Typing = 128,

    /// <summary>Places.</summary>
    Location = 256,

    /// <summary>Contact cards.</summary>
    Contact = 512,

    /// <summary>A conversation's name and picture.</summary>
    Conversation = 1024,

    /// <summary>Formatted text; without it the plain text is sent.</summary>
    Formatting = 2048,

    /// <summary>Answers to a message; without them the answered words are quoted in a line before.</summary>
    Reply = 4096,

    /// <summary>Showing who speaks (ghosts); without it a link's label does.</summary>
    Identity = 8192,

    /// <summary>What became of a message, told beside that message; without it a failure is told as a notice.</summary>
    Outcome = 16384,
}

/// <summary>What an address can carry; data, not code. May differ per conversation.</summary>
public sealed record EndpointCapabilities
{
    /// <summary>The kinds of event that are sent as they are.</summary>
    public required EventFeature Sends { get; init; }

    /// <summary>What a repeated send means on this network.</summary>
    public required ResendClass Resend { get; init; }

    /// <summary>The longest text of one part, in UTF-16 code units; longer texts are split into parts at word boundaries.</summary>
    public int MaxTextLength { get; init; } = int.MaxValue;

    /// <summary>The largest attachment, in bytes; a larger one becomes a line with its name and size.</summary>
    public long MaxAttachment { get; init; } = long.MaxValue;

    /// <summary>
    /// How many sends of one lane may be in flight. 1: the next starts when the result is recorded. Above 1 the endpoint is pipelined: it must
    /// transmit in the order of the <see cref="IEndpoint.SendAsync"/> calls, whatever the order in which they complete; what it does not transmit it
    /// answers so together with everything called after it in that lane, and Core sends all of that again in order.
    /// A Keyed endpoint that is <see cref="IFindSent"/> is sent one at a time whatever it says here.
    /// </summary>
    public int InFlight { get; init; } = 1;

    /// <summary>
    /// True when what is sent here may come back as an arrival that the endpoint cannot tell from what others say. Core then holds back what arrives while a send is
    /// under way, until the answer says what is ours. False when the network brings nothing back, or the endpoint leaves out its own. Without meaning where repeats are
    /// <see cref="ResendClass.Harmless"/>.
    /// </summary>
    public bool MayEcho { get; init; } = true;
}

/// <summary>What a resend means on a network (law 3): a closed hierarchy.</summary>
public abstract record ResendClass
{
    private ResendClass()
    {
    }

    /// <summary>
    /// The network drops a repeat of the same <see cref="DeliveryKey"/> for that long. Whoever can tell (<see cref="IFindSent"/>) is asked before every repeat, since
    /// a network may forget its keys when it restarts; when nobody can, the key decides within the window, and beyond it the delivery is uncertain.
    /// </summary>
    /// <param name="Window">How long the network remembers a key.</param>
    public sealed record Keyed(TimeSpan Window) : ResendClass;

    /// <summary>Repeats are part of the network's contract (MQTT QoS 1).</summary>
    public sealed record Harmless : ResendClass;

    /// <summary>A repeat is a second message to a human. Core commits <c>handing-over</c> before the first byte leaves.</summary>
    public sealed record Unsafe : ResendClass;
}
