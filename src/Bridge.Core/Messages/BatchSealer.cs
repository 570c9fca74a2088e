using Bridge.Abstractions;
using Bridge.Core.Attachments;
using Bridge.Core.Delivery;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Messages;

/// <summary>Turns a decided batch into rows: from here on nothing is readable at rest.</summary>
internal sealed class BatchSealer(IStore store, Sealer sealer)
{
    /// <summary>The state scope of the rules' memory.</summary>
    public const string MemoryScope = "rules";

    /// <summary>The stored word for a reaction.</summary>
    public const string Reaction = "reaction";

    private const int MostIndexes = 4_096;
    private readonly Dictionary<Address, BlindIndex> _indexes = [];

    /// <summary>In order: events, deliveries, late decisions, state, memory, what stands as it is, uses of attachments. One batch at a time.</summary>
    public StoreChange[] Seal(DecidedBatch batch)
    {
        var count = batch.Events.Count + batch.Deliveries.Count + batch.Decisions.Count + batch.State.Count + batch.Memory.Count;
        var used = Uses(batch);
        var changes = new StoreChange[count + batch.Clear.Count + used.Count];
        var at = 0;
        foreach (var item in batch.Events)
        {
            changes[at++] = new StoreChange.AddEvent(EventRow(item, IndexOf(item.Arrival.Inbound.Address)));
        }

        foreach (var item in batch.Deliveries)
        {
            changes[at++] = new StoreChange.AddDelivery(DeliveryRow(item, IndexOf(item.Content.To)));
        }

        foreach (var item in batch.Decisions)
        {
            changes[at++] = LateDecision(item, IndexOf(item.Arrival.Inbound.Address));
        }

        foreach (var (endpoint, change) in batch.State)
        {
            changes[at++] = new SealedState(endpoint, store, sealer).Seal(change);
        }

        foreach (var change in batch.Memory)
        {
            changes[at++] = MemoryRow(change);
        }

        batch.Clear.CopyTo(changes, at);
        used.CopyTo(changes, at + batch.Clear.Count);
        return changes;
    }

    public BlindIndex NativeOf(Address address, NativeId id) => NativeIndex.Of(sealer, address, id);

    /// <summary>Claimed by whoever deletes a message: the message stays deleted whatever is heard of it later.</summary>
    public BlindIndex TombstoneOf(Address address, NativeId id) => sealer.Index("tombstone", $"{address.Full}\n{id.Value}");

    public BlindIndex ReactionOf(Inbound inbound, ReactionChanged reaction, int times) => ReactionIndex.Of(sealer, inbound.Address, reaction, inbound.Sender, times);

    /// <summary>Claimed by the telling of an outcome, so that it is told once.</summary>
    public BlindIndex OutcomeOf(DeliveryId delivery, DeliveryOutcome outcome) => sealer.Index("outcome", $"{delivery}\n{outcome}");

    /// <summary>Null when it cannot be opened any more.</summary>
    public Arrival? OpenArrival(EnvelopeRow row)
    {
        try
        {
            return SealedJson.Read<Arrival>(sealer.Open(RecordKind.Event, RecordId.Of(row.Id), row.Body));
        }
        catch (SealException)
        {
            return null;
        }
    }

    /// <summary>Null when it cannot be opened any more.</summary>
    public DeliveryContent? OpenContent(DeliveryRow row)
    {
        try
        {
            return SealedJson.Read<DeliveryContent>(sealer.Open(RecordKind.Content, RecordId.Of(row.Id), row.Content));
        }
        catch (SealException)
        {
            return null;
        }
    }

    public UInt128 PortalIndex(string text) => sealer.Index("portal", text).Value;

    /// <summary>Throws <see cref="SealException"/>.</summary>
    public MemoryChange OpenMemory(StateRow row) =>
        SealedJson.ReadMemory(sealer.Open(RecordKind.Memory, RecordId.Of(row.Key), row.Sealed));

    /// <summary>The attachments that are named, so that they are kept as long as what names them.</summary>
    private List<StoreChange> Uses(DecidedBatch batch)
    {
        var uses = new Dictionary<BlobId, DateTimeOffset>();
        foreach (var arrival in batch.Events.Select(item => item.Arrival).Where(arrival => NamedBlobs.MayName(arrival.Inbound)))
        {
            foreach (var blob in NamedBlobs.Of(arrival.Inbound))
            {
                uses[blob] = arrival.ReceivedAt;
            }
        }

        foreach (var item in batch.Deliveries.Where(item => item.Content.Content is MessagePosted))
        {
            foreach (var blob in NamedBlobs.Of(item.Content.Content!))
            {
                uses[blob] = item.Event.ReceivedAt;
            }
        }

        return [.. uses.Select(use => AttachmentRows.Put(sealer, new AttachmentUse(use.Key, use.Value))).OfType<StoreChange>()];
    }

    private EnvelopeRow EventRow(NumberedEvent item, BlindIndex conversation)
    {
        var arrival = item.Arrival;
        var address = arrival.Inbound.Address;
        var scope = ScopeOf(arrival.Inbound.Event, address.Endpoint, conversation, arrival.ReceivedAt);
        var plain = SealedJson.Write(arrival);
        return new EnvelopeRow(
            item.Sequence,
            arrival.Id,
            KindOf(arrival.Inbound.Event),
            address.Endpoint,
            conversation,
            arrival.ReceivedAt,
            plain.Length,
            sealer.Seal(RecordKind.Event, RecordId.Of(arrival.Id), scope, plain),
            Reasons(arrival.Id, item.Decision, scope));
    }

    private StoreChange.PutDecision LateDecision(LateDecision item, BlindIndex conversation)
    {
        var arrival = item.Arrival;
        var scope = ScopeOf(arrival.Inbound.Event, arrival.Inbound.Address.Endpoint, conversation, arrival.ReceivedAt);
        return new StoreChange.PutDecision(arrival.Id, Reasons(arrival.Id, item.Decision, scope));
    }

    // The same few addresses speak and are spoken to again and again.
    private BlindIndex IndexOf(Address address)
    {
        if (!_indexes.TryGetValue(address, out var index))
        {
            if (_indexes.Count == MostIndexes)
            {
                _indexes.Clear();
            }

            _indexes[address] = index = AddressIndex.Of(sealer, address);
        }

        return index;
    }

    private byte[] Reasons(EventId id, Decision decision, string scope) =>
        sealer.Seal(RecordKind.Decision, RecordId.Of(id), scope, SealedJson.WriteReasons(decision));

    private DeliveryRow DeliveryRow(NumberedDelivery item, BlindIndex to)
    {
        var lane = new LaneId(item.Content.To.Endpoint, to, item.Content.Severity == Severity.Critical);
        var at = item.Event.ReceivedAt;
        var scope = ScopeOf(item.Content.Content ?? item.Event.Inbound.Event, lane.Endpoint, to, at);
        var envelope = sealer.Seal(RecordKind.Content, RecordId.Of(item.Id), scope, SealedJson.Write(item.Content));
        return new DeliveryRow(item.Id, item.Event.Id, lane, DeliveryState.Pending, 0, at, null, envelope, null);
    }

    private StoreChange MemoryRow(MemoryChange change)
    {
        var index = MemoryIndex(sealer, change.Key);
        return change.Value is null
            ? new StoreChange.RemoveState(MemoryScope, index)
            : new StoreChange.PutState(
                MemoryScope, index, sealer.Seal(RecordKind.Memory, RecordId.Of(index), EpochScope.State, SealedJson.Write(change)));
    }

    private static string ScopeOf(BridgeEvent content, EndpointId endpoint, BlindIndex conversation, DateTimeOffset at) =>
        content is DataReported ? EpochScope.Data(endpoint, at) : EpochScope.Conversation(conversation, at);

    /// <summary>The place of an entry of the rules' memory.</summary>
    public static BlindIndex MemoryIndex(Sealer sealer, MemoryKey key) => sealer.Index(MemoryScope, $"{key.Route}\n{key.Kind}\n{key.Key}");

    /// <summary>The stored word for a kind of event.</summary>
    public static string KindOf(BridgeEvent content) => content switch
    {
        MessagePosted => "posted",
        MessageEdited => "edited",
        MessageDeleted => "deleted",
        ReactionChanged => Reaction,
        ReceiptReported => "receipt",
        TypingChanged => "typing",
        ConversationChanged => "conversation",
        DataReported => "data",
        OutcomeTold => "outcome",
        ConversationRequested => "request",
        ConversationAnswered => "answer",
        _ => "delivery",
    };
}
