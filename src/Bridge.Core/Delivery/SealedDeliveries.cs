using System.Text;
using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>Opens and seals what delivery reads and writes. Every opening throws <see cref="SealException"/> when the content is gone.</summary>
internal sealed class SealedDeliveries(Sealer sealer)
{
    /// <summary>Reports that were heard and not yet applied.</summary>
    public const string ReportScope = "delivery:reports";

    /// <summary>What endpoints have spent of their daily limits.</summary>
    public const string SpendingScope = "delivery:spent";

    public Arrival Arrival(EnvelopeRow row) => SealedJson.Read<Arrival>(sealer.Open(RecordKind.Event, RecordId.Of(row.Id), row.Body));

    public DeliveryContent Content(DeliveryRow row) =>
        SealedJson.Read<DeliveryContent>(sealer.Open(RecordKind.Content, RecordId.Of(row.Id), row.Content));

    public DeliveryProgress Progress(DeliveryRow row) => row.Progress is null
        ? new DeliveryProgress()
        : SealedJson.Read<DeliveryProgress>(sealer.Open(RecordKind.Progress, RecordId.Of(row.Id), row.Progress));

    /// <summary>Seals when it is called, in the destination's epoch: machines' reports by endpoint and day, messages by conversation and month.</summary>
    public Func<byte[]> Sealing(DeliveryId id, LaneId lane, DateTimeOffset createdAt, DeliveryProgress progress, bool data)
    {
        var scope = data ? EpochScope.Data(lane.Endpoint, createdAt) : EpochScope.Conversation(lane.Address, createdAt);
        var plain = SealedJson.Write(progress);
        return () => sealer.Seal(RecordKind.Progress, RecordId.Of(id), scope, plain);
    }

    public DeliveryKey Key(Owed owed) =>
        DeliveryKeys.Of(sealer, owed.Event, owed.Progress.Revision > 0 ? owed.Progress.Revision : Revision(owed.Body), owed.Part, owed.Content, owed.Progress.Round);

    /// <summary>Of what is sent once or not at all.</summary>
    public DeliveryKey Key(EventId id, DeliveryContent content) => DeliveryKeys.Of(sealer, id, revision: 0, part: 0, content);

    public BlindIndex ReportIndex(DeliveryKey key) => DeliveryKeys.ReportIndex(sealer, key);

    public BlindIndex NativeIndex(Address address, NativeId id) => Messages.NativeIndex.Of(sealer, address, id);

    public BlindIndex ReactionIndex(Address address, ReactionChanged reaction, Sender? sender, int times) =>
        Messages.ReactionIndex.Of(sealer, address, reaction, sender, times);

    public static BlindIndex ReportPlace(Sealer sealer, DeliveryReported report) => sealer.Index(ReportScope, $"{report.Key.Value}\n{report.Outcome}");

    /// <summary>The same report heard again takes the same place.</summary>
    public StoreChange.PutState Seal(DeliveryReported report)
    {
        var key = ReportPlace(sealer, report);
        return new StoreChange.PutState(ReportScope, key, sealer.Seal(RecordKind.State, RecordId.Of(key), EpochScope.State, SealedJson.Write(report)));
    }

    /// <summary>Null when it cannot be opened any more.</summary>
    public DeliveryReported? Report(StateRow row)
    {
        try
        {
            return SealedJson.Read<DeliveryReported>(sealer.Open(RecordKind.State, RecordId.Of(row.Key), row.Sealed));
        }
        catch (SealException)
        {
            return null;
        }
    }

    /// <summary>What an endpoint has spent of its daily limit; empty when nothing is known.</summary>
    public async Task<string> SpentAsync(Works works, EndpointId endpoint)
    {
        while (!works.GaveUp.IsCancellationRequested)
        {
            try
            {
                var key = SpendingKey(endpoint);
                return await works.Store.FindStateAsync(SpendingScope, key, works.GaveUp) is { } found ? OpenSpending(key, found) : "";
            }
            catch (SealException failure)
            {
                works.Telemetry.LaneNotRead(endpoint, failure.Message);
                return "";
            }
            catch (StoreException failure)
            {
                // Without it a limit that protects a purse might be passed: wait for the store.
                works.Telemetry.LaneNotRead(endpoint, failure.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), works.Clock, works.GaveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return "";
    }

    public Func<StoreChange> Spending(EndpointId endpoint, string spent)
    {
        var key = SpendingKey(endpoint);
        var entry = new StateChange(endpoint.Value, Encoding.UTF8.GetBytes(spent));
        return () => new StoreChange.PutState(SpendingScope, key, sealer.Seal(RecordKind.State, RecordId.Of(key), EpochScope.State, SealedJson.Write(entry)));
    }

    private BlindIndex SpendingKey(EndpointId endpoint) => sealer.Index(SpendingScope, endpoint.Value);

    private string OpenSpending(BlindIndex key, byte[] found)
    {
        var entry = SealedJson.ReadState(sealer.Open(RecordKind.State, RecordId.Of(key), found));
        return Encoding.UTF8.GetString(entry.Value.GetValueOrDefault().Span);
    }

    private static int Revision(BridgeEvent body) => body is MessageEdited edited ? edited.Revision : 0;
}
