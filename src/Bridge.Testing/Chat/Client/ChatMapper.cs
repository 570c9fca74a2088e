using Bridge.Abstractions;

namespace Bridge.Testing.Chat;

/// <summary>Between the network's words and the common model. Pure.</summary>
public static class ChatMapper
{
    public static Inbound ToInbound(EndpointId endpoint, ChatEvent native, BlobId? file, bool historic = false) => new()
    {
        Address = new Address(endpoint, native.Conversation),
        Event = EventOf(native, file),
        NativeId = native.Id is { } id ? new NativeId(id) : null,
        Sender = native.From is { } from ? new Sender(from, native.FromName, native.FromBot) : null,
        Conversation = native.Title is { } title ? new ConversationFacts(new MessageText(title), native.IsDirect) : null,
        OccurredAt = native.At,
        ReplyTo = native.ReplyTo is { } reply ? new NativeId(reply) : null,
        Thread = native.Thread is { } thread ? new NativeId(thread) : null,
        Hops = native.Hops,
        Historic = historic,
    };

    /// <summary>What is sent; the file's bytes have been handed over under its id.</summary>
    public static ChatEvent ToNative(Outbound outbound) => Content(outbound) with
    {
        From = outbound.SenderHere ?? (outbound.Sender is { } sender ? "ghost-" + sender.Value : null),
        FromName = outbound.Sender?.Name ?? outbound.Sender?.Value,
        ReplyTo = outbound.ReplyTo?.Value,
        Thread = outbound.Thread?.Value,
        Hops = outbound.Hops,
        At = outbound.OccurredAt,
    };

    private static BridgeEvent EventOf(ChatEvent native, BlobId? file) => native.Kind switch
    {
        ChatKind.Message => new MessagePosted(EquatableArray.From(Parts(native, file))) { Manner = native.Manner },
        ChatKind.Edit => new MessageEdited(Target(native), Text(native), native.Revision) { Format = ChatText.Read(native.Format) },
        ChatKind.Delete => new MessageDeleted(Target(native)),
        ChatKind.Reaction => new ReactionChanged(Target(native), Text(native)),
        ChatKind.Unreaction => new ReactionChanged(Target(native), Text(native), Removed: true),
        ChatKind.Read => new ReceiptReported(Target(native), Read: true),
        ChatKind.Delivered => new ReceiptReported(Target(native), Read: false),
        ChatKind.Typing => new TypingChanged(true),
        ChatKind.TypingEnded => new TypingChanged(false),
        ChatKind.Renamed => new ConversationChanged(Text(native)),
        _ => throw new ArgumentException($"nobody says {native.Kind}", nameof(native)),
    };

    private static IEnumerable<MessagePart> Parts(ChatEvent native, BlobId? blob)
    {
        if (native.File is { } file)
        {
            yield return new AttachmentPart(new MessageText(file.Name), file.Type, file.Size)
            {
                Blob = blob,
                ShownAs = file.ShownAs,
                Caption = file.Caption is { } caption ? new MessageText(caption) : null,
                Width = file.Width,
                Height = file.Height,
                Milliseconds = file.Milliseconds,
            };
        }
        else if (native.Place is [var latitude, var longitude])
        {
            yield return new LocationPart(latitude, longitude);
        }
        else if (native.Phone is { } phone)
        {
            yield return new ContactPart(Text(native), new MessageText(phone));
        }
        else
        {
            yield return new TextPart(Text(native)) { Format = ChatText.Read(native.Format) };
        }
    }

    private static ChatEvent Content(Outbound outbound)
    {
        ChatEvent Of(ChatKind kind, NativeId? target = null, string? text = null) =>
            new() { Conversation = outbound.To.Rest, Kind = kind, Target = target?.Value, Text = text };
        return outbound.Content switch
        {
            MessagePosted { Parts: [var part] } posted => Part(Of(ChatKind.Message) with { Manner = posted.Manner }, part, outbound.Key),
            MessageEdited edited => Of(ChatKind.Edit, edited.Target, edited.Text.Value) with { Format = ChatText.Write(edited.Format), Revision = edited.Revision },
            MessageDeleted deleted => Of(ChatKind.Delete, deleted.Target),
            ReactionChanged reaction => Of(reaction.Removed ? ChatKind.Unreaction : ChatKind.Reaction, reaction.Target, reaction.Reaction.Value),
            ReceiptReported receipt => Of(receipt.Read ? ChatKind.Read : ChatKind.Delivered, receipt.UpTo),
            TypingChanged typing => Of(typing.Typing ? ChatKind.Typing : ChatKind.TypingEnded),
            ConversationChanged changed => Of(ChatKind.Renamed, null, changed.Name?.Value ?? ""),
            OutcomeTold told => Of(told.Outcome == DeliveryOutcome.Failed ? ChatKind.Failed : ChatKind.Succeeded, told.Target, told.Why),
            var other => throw new ArgumentException($"the chat network does not carry {other.GetType().Name}", nameof(outbound)),
        };
    }

    private static ChatEvent Part(ChatEvent native, MessagePart part, DeliveryKey key) => part switch
    {
        TextPart text => native with { Text = text.Text.Value, Format = ChatText.Write(text.Format) },
        AttachmentPart file => native with
        {
            File = new ChatFile(key.Value, file.Name.Value, file.ContentType, file.Size)
            {
                ShownAs = file.ShownAs,
                Caption = file.Caption?.Value,
                Width = file.Width,
                Height = file.Height,
                Milliseconds = file.Milliseconds,
            },
        },
        LocationPart place => native with { Place = [place.Latitude, place.Longitude] },
        ContactPart contact => native with { Text = contact.Name.Value, Phone = contact.Number.Value },
        _ => throw new ArgumentException($"the chat network does not know {part.GetType().Name}", nameof(part)),
    };

    private static NativeId Target(ChatEvent native) => new(native.Target ?? throw new ArgumentException($"{native.Kind} is about nothing", nameof(native)));

    private static MessageText Text(ChatEvent native) => new(native.Text ?? "");
}
