using System.Globalization;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Stop;

namespace Bridge.Plugin.Sms.Receiving;

/// <summary>
/// Hands over what comes in; long messages when they are whole. A part is kept in the endpoint's state until then, since its network forgets it as soon as it
/// is acknowledged.
/// </summary>
internal sealed class Hearing(EndpointContext context, string? country, IInbox inbox) : IDisposable
{
    /// <summary>What the keys of messages begin with that were put together.</summary>
    public const string JoinedPrefix = "joined/";

    /// <summary>For how long a message waits for its missing parts.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private const int MostParts = 2_000;
    private const string Gap = "[...]";
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly Reassembler _reassembler = new(context.Clock, Patience, MostParts);
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Takes up the parts that waited when the endpoint last stopped.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var (_, value) in context.State.ListAsync(StoredPart.Prefix, cancellationToken))
        {
            if (StoredPart.Read(value.Span) is { } part)
            {
                _reassembler.Keep(part);
            }
        }

        await foreach (var (_, value) in context.State.ListAsync(JoinedPrefix, cancellationToken))
        {
            if (JsonSerializer.Deserialize(value.Span, StateJson.Default.JoinedMessage) is { } joined)
            {
                _reassembler.Recall(joined);
            }
        }
    }

    /// <summary>Completes when it is durable; only then may it be acknowledged. An exception means that it is not.</summary>
    /// <param name="message">Or a part of one.</param>
    /// <param name="stop">What is heard in a whole one.</param>
    /// <param name="cancellationToken">Given up.</param>
    public async Task TakeAsync(ReceivedMessage message, StopWords stop, CancellationToken cancellationToken)
    {
        var (reference, total, sequence) = message.Header.Concatenation is { } of ? (of.Reference, of.Total, of.Sequence) : (0, 1, 1);
        var part = new Part(new PartKey(message.From, message.To, reference, total), sequence, message.Coding, message.Data, context.Clock.GetUtcNow())
        {
            NativeId = message.NativeId, SentAt = message.SentAt, Stamp = message.Stamp, Files = message.Files, Ports = message.Header.Ports,
        };
        if (total == 1)
        {
            await inbox.AcceptAsync(InboundBatch.Of(stop.Read(EventOf([part]))));
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            await TakePartAsync(part, stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Hands over what is left of messages whose other parts do not come.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _turn.WaitAsync(stopping);
            try
            {
                foreach (var parts in _reassembler.Overdue())
                {
                    await GiveUpAsync(parts);
                    context.Drops.Dropped("a part of a long message that did not come within half an hour", parts[0].Key.Total - parts.Count);
                }
            }
            finally
            {
                _turn.Release();
            }

            await Task.Delay(s_interval, context.Clock, stopping);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task TakePartAsync(Part part, StopWords stop)
    {
        switch (_reassembler.Take(part))
        {
            case Step.Waits waits:
                await inbox.AcceptAsync(InboundBatch.Of(StoredPart.Put(waits.Part)));
                _reassembler.Keep(waits.Part);
                break;
            case Step.Completes completes:
                await HandOverAsync(completes.Parts, stop.Read);
                break;
            default:
                context.Drops.Dropped("a part of a message that was there already");
                break;
        }
    }

    private Task HandOverAsync(IReadOnlyList<Part> parts, Func<Inbound, Inbound> read) => AcceptAsync(parts, [read(EventOf(parts))]);

    /// <summary>A text with a gap is of use, and is no single word; octets with a gap are of none.</summary>
    private async Task GiveUpAsync(IReadOnlyList<Part> parts)
    {
        if (parts.Any(IsData))
        {
            await AcceptAsync(parts, []);
            context.Drops.Dropped("a long binary message that did not come whole within half an hour");
        }
        else
        {
            await AcceptAsync(parts, [EventOf(parts)]);
        }
    }

    private async Task AcceptAsync(IReadOnlyList<Part> parts, IReadOnlyList<Inbound> events)
    {
        var joined = JoinedMessage.Of(parts, context.Clock.GetUtcNow());
        await inbox.AcceptAsync(new InboundBatch(events, [.. parts.Select(StoredPart.Remove), Put(joined)]));
        _reassembler.Forget(parts, joined);
    }

    private static MessagePosted Posted(string text, EquatableArray<AttachmentPart> files) => files.Count == 0 ? MessagePosted.Of(text)
        : new MessagePosted([.. text.Length > 0 ? (IEnumerable<MessagePart>)[new TextPart(new MessageText(text))] : [], .. files]);

    private static bool IsData(Part part) => part.Coding == TextCoding.Octets;

    /// <summary>A machine's: what it is says the port, if anything does.</summary>
    private static DataReported DataOf(IReadOnlyList<Part> parts) => new(
        new Payload(parts.SelectMany(part => part.Data.Bytes.ToArray()).ToArray()), "application/octet-stream",
        Properties: parts[0].Ports is { } ports ? [PortOf("port", ports.Destination), PortOf("source_port", ports.Source)] : []);

    private static Property PortOf(string name, int port) => new(name, port.ToString(CultureInfo.InvariantCulture));

    private static StateChange Put(JoinedMessage joined) => new(
        JoinedPrefix + string.Join('\n', joined.Key.From, joined.Key.To, joined.Key.Reference, joined.Key.Total), JsonSerializer.SerializeToUtf8Bytes(joined, StateJson.Default.JoinedMessage));

    private Inbound EventOf(IReadOnlyList<Part> parts)
    {
        var from = PhoneNumber.Canonical(parts[0].Key.From, country) ?? parts[0].Key.From;
        return new Inbound
        {
            Address = new Address(context.Id, from),
            Event = parts.Any(IsData) ? DataOf(parts) : Posted(Reassembler.TextOf(parts, Gap), parts[0].Files),
            NativeId = parts[0].NativeId is { } id ? new NativeId(id) : null,
            Sender = new Sender(from),
            Conversation = new ConversationFacts(null, IsDirect: true),
            OccurredAt = parts[0].SentAt,
        };
    }
}
