namespace Bridge.Abstractions;

/// <summary>
/// Formatted text: Core's own small tree, onto which every plugin maps its network's formatting, and from which it writes its own. A closed hierarchy. It
/// always stands beside the plain text of the same words, so a network without formatting ignores it.
/// </summary>
public abstract record TextNode
{
    // Closes the hierarchy, as in BridgeEvent.
    internal abstract void Closed();
}

/// <summary>Words as they are. Line breaks are <c>\n</c>.</summary>
public sealed record PlainNode(MessageText Text) : TextNode
{
    internal override void Closed() { }
}

/// <summary>Words with a look.</summary>
public sealed record StyledNode(TextStyle Style, EquatableArray<TextNode> Children) : TextNode
{
    internal override void Closed() { }
}

/// <summary>Code, in a line or as a block of its own; nothing in it is formatted.</summary>
/// <param name="Text">The code.</param>
/// <param name="IsBlock">True for a block.</param>
/// <param name="Language">Of a block; null when nobody said.</param>
public sealed record CodeNode(MessageText Text, bool IsBlock = false, string? Language = null) : TextNode
{
    internal override void Closed() { }
}

/// <summary>Words that lead somewhere.</summary>
/// <param name="Target">An absolute <c>http</c>, <c>https</c> or <c>mailto</c> address; a plugin makes no link of anything else.</param>
/// <param name="Children">What is shown.</param>
public sealed record LinkNode(MessageText Target, EquatableArray<TextNode> Children) : TextNode
{
    internal override void Closed() { }
}

/// <summary>Somebody else's words.</summary>
public sealed record QuoteNode(EquatableArray<TextNode> Children) : TextNode
{
    internal override void Closed() { }
}

/// <summary>A list of items.</summary>
/// <param name="IsNumbered">True for 1, 2, 3; false for bullets.</param>
/// <param name="Items">In order.</param>
public sealed record ListNode(bool IsNumbered, EquatableArray<ListItemNode> Items) : TextNode
{
    internal override void Closed() { }
}

/// <summary>One item of a <see cref="ListNode"/>.</summary>
public sealed record ListItemNode(EquatableArray<TextNode> Children);

/// <summary>Somebody is meant.</summary>
/// <param name="Who">The person as the network of the event names it (<see cref="Sender.Value"/>).</param>
/// <param name="Shown">The words that show it.</param>
public sealed record MentionNode(MessageText Who, MessageText Shown) : TextNode
{
    internal override void Closed() { }
}

/// <summary>How words look.</summary>
public enum TextStyle
{
    /// <summary>Strong.</summary>
    Bold,

    /// <summary>Stressed.</summary>
    Italic,

    /// <summary>With a line below.</summary>
    Underline,

    /// <summary>Struck out.</summary>
    Strike,

    /// <summary>Hidden until asked for.</summary>
    Spoiler,

    /// <summary>A heading of its own line.</summary>
    Heading,
}
