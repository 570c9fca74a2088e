using System.Text;
using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Storage.Tests.Upkeep;

/// <summary>Puts sealed events with a delivery each into a data folder, and looks whether they are still whole.</summary>
internal sealed class SealedRecords(DataFolder folder, TimeProvider clock)
{
    private static readonly EndpointId s_home = new("home");
    private long _number;

    /// <summary>An event of now; longer than 64 kB it is a file.</summary>
    public (EventId Id, StoreChange[] Changes) Make(string text, DeliveryState state = DeliveryState.Delivered, int length = 0)
    {
        var (id, at, number) = (EventId.New(clock), clock.GetUtcNow(), Interlocked.Increment(ref _number));
        var scope = EpochScope.Data(s_home, at);
        byte[] Sealed(RecordKind kind, UInt128 record, string what) =>
            folder.Sealer.Seal(kind, record, scope, Encoding.UTF8.GetBytes($"{what} {text}".PadRight(kind == RecordKind.Event ? length : 0, '.')));
        var delivery = new DeliveryId(number);
        return (id,
        [
            new StoreChange.AddEvent(new EnvelopeRow(
                number, id, "data", s_home, new BlindIndex(1), at, text.Length, Sealed(RecordKind.Event, RecordId.Of(id), "body"), Sealed(RecordKind.Decision, RecordId.Of(id), "decision"))),
            new StoreChange.AddDelivery(new DeliveryRow(
                delivery, id, new LaneId(s_home, new BlindIndex(1), Critical: false), state, 1, at, null,
                Sealed(RecordKind.Content, RecordId.Of(delivery), "content"), Sealed(RecordKind.Progress, RecordId.Of(delivery), "progress"))),
            new StoreChange.ClaimNative(new NativeClaim(folder.Sealer.Index("native", id.ToString()), id, null, 0)),
            new StoreChange.PutState("endpoint:home", new BlindIndex((UInt128)number), folder.Sealer.Seal(RecordKind.State, (UInt128)number, EpochScope.State, "state"u8)),
        ]);
    }

    /// <summary>The numbers that follow are so much higher.</summary>
    public void LeaveOut(long numbers) => _number += numbers;

    public async Task<EventId> AddAsync(string text, DeliveryState state = DeliveryState.Delivered, int length = 0)
    {
        var (id, changes) = Make(text, state, length);
        await folder.Store.CommitAsync(changes, CancellationToken.None);
        return id;
    }

    /// <summary>Every envelope of an event.</summary>
    public async Task<IReadOnlyList<byte[]>> EnvelopesAsync(EventId id)
    {
        var row = (await folder.Store.FindEventAsync(id, CancellationToken.None))!;
        var delivery = (await folder.Store.DeliveriesOfAsync(id, CancellationToken.None)).Single();
        return [row.Body, row.Decision, delivery.Content, delivery.Progress!];
    }

    /// <summary>Null when it is gone; throws <see cref="SealException"/> when something of it cannot be opened.</summary>
    public async Task<string?> ReadAsync(EventId id)
    {
        if (await folder.Store.FindEventAsync(id, CancellationToken.None) is not { } row)
        {
            return null;
        }

        var body = folder.Sealer.Open(RecordKind.Event, RecordId.Of(id), row.Body);
        folder.Sealer.Open(RecordKind.Decision, RecordId.Of(id), row.Decision);
        foreach (var delivery in await folder.Store.DeliveriesOfAsync(id, CancellationToken.None))
        {
            folder.Sealer.Open(RecordKind.Content, RecordId.Of(delivery.Id), delivery.Content);
            folder.Sealer.Open(RecordKind.Progress, RecordId.Of(delivery.Id), delivery.Progress!);
        }

        return Encoding.UTF8.GetString(body).TrimEnd('.');
    }

    public async Task<bool> IsClaimedAsync(EventId id) =>
        await folder.Store.FindNativeAsync(folder.Sealer.Index("native", id.ToString()), CancellationToken.None) is not null;
}
