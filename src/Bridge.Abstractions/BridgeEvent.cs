namespace Bridge.Abstractions;

/// <summary>
/// What happened, or what is to be sent: a closed hierarchy, the common model onto which every plugin maps its network.
/// Immutable, compares by content, and prints no content (its texts and payloads are unprintable types).
/// </summary>
public abstract record BridgeEvent
{
    /// <summary>What an endpoint must be able to carry for this event to be sent as it is.</summary>
    public abstract EventFeature Needs { get; }

    // Closes the hierarchy: a record outside this assembly cannot override it, so it does not compile.
    internal abstract void Closed();
}

/// <summary>A person or Bridge said something.</summary>
/// <param name="Parts">In the order in which they are to be read; at least one.</param>
public sealed record MessagePosted(EquatableArray<MessagePart> Parts) : BridgeEvent
{
    /// <summary>In what manner it is said.</summary>
    public MessageManner Manner { get; init; }

    /// <summary>A message of one plain text.</summary>
    public static MessagePosted Of(string text) => new([new TextPart(new MessageText(text))]);

    /// <summary>What it says after an edit that came before anybody had it: of a file alone the words are its caption.</summary>
    public MessagePosted Edited(MessageEdited edit) => this with
    {
        Parts = Parts is [AttachmentPart file]
            ? [file with { Caption = edit.Text }]
            : [new TextPart(edit.Text) { Format = edit.Format }, .. Parts.Where(part => part is not TextPart)],
    };

    /// <inheritdoc/>
    public override EventFeature Needs => Parts.Aggregate(EventFeature.None, (needs, part) => needs | part.Needs);

    internal override void Closed() { }
}

/// <summary>In what manner something is said.</summary>
public enum MessageManner
{
    /// <summary>As people talk.</summary>
    Said,

    /// <summary>By a machine, for information: nothing answers it by itself.</summary>
    Notice,

    /// <summary>About oneself, in the third person (<c>/me</c>).</summary>
    Emote,
}

/// <summary>An earlier message has a new text.</summary>
/// <param name="Target">The edited message, as its network names it.</param>
/// <param name="Text">The whole new text.</param>
/// <param name="Revision">Counts edits of one message; the highest wins.</param>
public sealed record MessageEdited(NativeId Target, MessageText Text, int Revision = 1) : BridgeEvent
{
    /// <summary>The same text, formatted; empty when it is plain.</summary>
    public EquatableArray<TextNode> Format { get; init; }

    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Edit;

    internal override void Closed() { }
}

/// <summary>An earlier message was taken back.</summary>
/// <param name="Target">The deleted message, as its network names it.</param>
public sealed record MessageDeleted(NativeId Target) : BridgeEvent
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Delete;

    internal override void Closed() { }
}

/// <summary>A reaction to an earlier message came or went.</summary>
/// <param name="Target">The message reacted to, as its network names it.</param>
/// <param name="Reaction">An emoji, or the network's own short name of a reaction.</param>
/// <param name="Removed">True when the reaction was taken back.</param>
public sealed record ReactionChanged(NativeId Target, MessageText Reaction, bool Removed = false) : BridgeEvent
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Reaction;

    internal override void Closed() { }
}

/// <summary>Somebody received or read a conversation up to a message.</summary>
/// <param name="UpTo">The last message received or read.</param>
/// <param name="Read">True for read, false for delivered.</param>
public sealed record ReceiptReported(NativeId UpTo, bool Read) : BridgeEvent
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Receipt;

    internal override void Closed() { }
}

/// <summary>Somebody started or stopped typing. Never stored; lives for 30 seconds.</summary>
/// <param name="Typing">True when typing started.</param>
public sealed record TypingChanged(bool Typing) : BridgeEvent
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Typing;

    internal override void Closed() { }
}

/// <summary>A conversation's own properties changed. Null means unchanged; empty means cleared.</summary>
/// <param name="Name">The title shown to people.</param>
public sealed record ConversationChanged(MessageText? Name) : BridgeEvent
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Conversation;

    internal override void Closed() { }
}

/// <summary>
/// Somebody wants to talk to a person of another network, here: he has asked that person's stand-in into this conversation. Core makes it that person's portal
/// (<see cref="ConversationRequest.Offer"/>), or says with <see cref="ConversationAnswered"/> why not.
/// </summary>
/// <param name="With">Where that person is talked to on his own network; at least one; several where the stand-in's name can be read in more ways than one.</param>
public sealed record ConversationRequested(EquatableArray<Address> With) : BridgeEvent
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.None;

    internal override void Closed() { }
}

/// <summary>
/// Made by Core for the endpoint that told of <see cref="ConversationRequested"/>: the stand-in comes, says what there is to say, and leaves unless it belongs
/// here.
/// </summary>
/// <param name="With">Whose stand-in.</param>
/// <param name="At">Where one talks to that person; null: nowhere.</param>
/// <param name="Why">Why nowhere; null: who asked may not know, and the stand-in leaves without a word.</param>
public sealed record ConversationAnswered(Address With, Address? At, MessageText? Why = null) : BridgeEvent
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.None;

    internal override void Closed() { }
}

/// <summary>A machine's report: bytes with a type, from a topic or a webhook.</summary>
/// <param name="Payload">Byte for byte as it came. An empty one on a retained topic clears that topic.</param>
/// <param name="ContentType">A MIME type when the network said one.</param>
/// <param name="Retained">True when the network replayed a stored state because we subscribed; false for something that happened now.</param>
/// <param name="Properties">The network's user properties: in order, names may repeat; forwarded as they are.</param>
/// <param name="Hints">What the plugin wants back when the report is forwarded within its own network (MQTT: <c>qos</c>). Opaque to Core.</param>
public sealed record DataReported(
    Payload Payload,
    string? ContentType = null,
    bool Retained = false,
    EquatableArray<Property> Properties = default,
    EquatableArray<Property> Hints = default) : BridgeEvent
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Data;

    internal override void Closed() { }
}

/// <summary>The network says what became of something we sent. May supply ids that <see cref="SendResult.Accepted"/> did not have.</summary>
/// <param name="Key">The key of the part, as it was given in <see cref="Outbound.Key"/>.</param>
/// <param name="Outcome">How far it got.</param>
/// <param name="Ids">The native ids, when known now.</param>
/// <param name="Why">For <see cref="DeliveryOutcome.Failed"/>: a reason for the operator, without message text.</param>
public sealed record DeliveryReported(DeliveryKey Key, DeliveryOutcome Outcome, EquatableArray<NativeId> Ids = default, string? Why = null) : BridgeEvent
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.None;

    internal override void Closed() { }
}

/// <summary>
/// Tells the people of a conversation what became of one of their messages that a link carried. Made by Core: a failure is told as a notice where the network
/// has no word for it; success only where it has one.
/// </summary>
/// <param name="Target">The message, as the network of this conversation names it.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Why">Of a failure: for people, without message text and addresses.</param>
public sealed record OutcomeTold(NativeId Target, DeliveryOutcome Outcome, string? Why = null) : BridgeEvent
{
    /// <inheritdoc/>
    public override EventFeature Needs => EventFeature.Outcome;

    internal override void Closed() { }
}

/// <summary>How far a sent part got.</summary>
public enum DeliveryOutcome
{
    /// <summary>On the recipient's device.</summary>
    Delivered,

    /// <summary>Seen by the recipient.</summary>
    Read,

    /// <summary>The network gave up.</summary>
    Failed,
}

/// <summary>One name and value. Unprintable: values may be personal.</summary>
/// <param name="Name">The name, case-sensitive.</param>
/// <param name="Value">The value.</param>
public readonly record struct Property(string Name, string Value)
{
    /// <summary>The name only.</summary>
    public override string ToString() => Name;
}
