using System.Text;
using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Attachments;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Storage.Tests.Upkeep;

/// <summary>The blob store of an open data folder, and events that name what is in it.</summary>
internal sealed class Attachments : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly StoreWriter _writer;
    private readonly TimeProvider _clock;
    private long _number = 10_000;

    public Attachments(DataFolder folder, Telemetry telemetry, TimeProvider clock)
    {
        (_folder, _clock) = (folder, clock);
        _writer = new StoreWriter(folder.Store, telemetry, clock);
        Blobs = new SealedBlobs(folder.Attachments, folder.Store, _writer, folder.Sealer, clock);
        Expiry = new AttachmentExpiry(folder.Attachments, Blobs, folder.Store, folder.Sealer);
    }

    public SealedBlobs Blobs { get; }

    public AttachmentExpiry Expiry { get; }

    public async Task<BlobId> StoreAsync(string text) => (await Blobs.StoreAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), long.MaxValue, CancellationToken.None)).Id;

    /// <summary>Null when it is not kept any more.</summary>
    public async Task<string?> ReadAsync(BlobId id)
    {
        await using var content = await Blobs.OpenAsync(id, CancellationToken.None);
        return content is null ? null : await new StreamReader(content).ReadToEndAsync();
    }

    /// <summary>An event of now with a file, and a delivery of it.</summary>
    public async Task<EventId> PostAsync(BlobId file, DeliveryState state = DeliveryState.Delivered)
    {
        var (id, at, number) = (EventId.New(_clock), _clock.GetUtcNow(), ++_number);
        var part = new AttachmentPart(new MessageText("a.bin"), "application/octet-stream", 1) { Blob = file };
        var inbound = new Inbound { Address = new Address(new EndpointId("chat"), "room"), Event = new MessagePosted([part]) };
        var scope = EpochScope.Conversation(new BlindIndex(1), at);
        byte[] Sealed(RecordKind kind, UInt128 record, byte[] plain) => _folder.Sealer.Seal(kind, record, scope, plain);
        var delivery = new DeliveryId(number);
        await _folder.Store.CommitAsync(
            [
                new StoreChange.AddEvent(new EnvelopeRow(
                    number, id, "posted", new EndpointId("chat"), new BlindIndex(1), at, 1,
                    Sealed(RecordKind.Event, RecordId.Of(id), SealedJson.Write(new Arrival(id, inbound, at, Origin.Network))), Sealed(RecordKind.Decision, RecordId.Of(id), []))),
                new StoreChange.AddDelivery(new DeliveryRow(
                    delivery, id, new LaneId(new EndpointId("chat"), new BlindIndex(1), Critical: false), state, 1, at, null, Sealed(RecordKind.Content, RecordId.Of(delivery), []), null)),
                AttachmentRows.Put(_folder.Sealer, new AttachmentUse(file, at))!,
            ],
            CancellationToken.None);
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        Blobs.Dispose();
        await _writer.DisposeAsync();
    }
}
