using System.Diagnostics;
using System.Security.Cryptography;
using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Storage.Tests;

/// <summary>Measurements, run by hand in Release: <c>-explicit only</c>. Machines differ, so nothing is asserted but that all is stored.</summary>
public sealed class SpeedTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory(Explicit = true)]
    [InlineData(1, 5_000)]
    [InlineData(256, 100_000)]
    [InlineData(2_000, 200_000)]
    public async Task Accepting_events_with_a_delivery_and_a_state_change(int inFlight, int total)
    {
        using var files = new TestFolder();
        using var telemetry = new Telemetry(NullLogger<Telemetry>.Instance);
        await using var folder = await DataFolder.OpenAsync(files.Path, null, _ => null, telemetry, TimeProvider.System, CancellationToken.None);
        var writer = new StoreWriter(folder.Store, telemetry, TimeProvider.System);
        var payload = new Payload(RandomNumberGenerator.GetBytes(256));
        using var window = new SemaphoreSlim(inFlight);
        var watch = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        var lastSequence = 0L;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(inFlight, 2)).Select(caller => Task.Run(async () =>
        {
            for (long n = Interlocked.Increment(ref lastSequence); n <= total; n = Interlocked.Increment(ref lastSequence))
            {
                await window.WaitAsync();
                _ = writer.WriteAsync(Accepted(folder.Sealer, n, payload)).ContinueWith(done => window.Release(), TaskScheduler.Default);
            }
        })));
        await writer.DisposeAsync();
        var took = watch.Elapsed;
        var commits = telemetry.Totals[("store.commits", "")];
        Assert.Equal(total, (await folder.Store.HeadAsync(CancellationToken.None)).LastSequence);
        TestContext.Current.SendDiagnosticMessage(
            $"{inFlight} in flight: {total / took.TotalSeconds:N0} accepts/s, {total / commits} per commit, {telemetry.Totals[("store.commit_microseconds", "")] / commits} us per commit, "
            + $"{(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / total:N1} us of CPU per accept");
    }

    [Fact(Explicit = true)]
    public void Sealing_an_arrival_of_256_bytes()
    {
        var sealer = MemoryKeyStore.NewSealer();
        var payload = new Payload(RandomNumberGenerator.GetBytes(256));
        for (var round = 0; round < 3; round++)
        {
            var watch = Stopwatch.StartNew();
            var cpu = Environment.CpuUsage.TotalTime;
            for (long n = 0; n < 50_000; n++)
            {
                Accepted(sealer, n, payload);
            }

            TestContext.Current.SendDiagnosticMessage(
                $"one core writes and seals event, decision, delivery and state {50_000 / watch.Elapsed.TotalSeconds:N0} times/s, "
                + $"{(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / 50_000:N1} us of CPU each");
        }
    }

    private static StoreChange[] Accepted(Sealer sealer, long n, Payload payload)
    {
        var address = new Address(new EndpointId("home"), $"sensors/{n % 100}");
        var index = sealer.Index("address", address.Full);
        var arrival = new Arrival(EventId.New(TimeProvider.System), new Inbound { Address = address, Event = new DataReported(payload) }, s_now, Origin.Network);
        var content = new DeliveryContent { To = address, Route = "all", RetryUntil = s_now, Source = address, OccurredAt = s_now };
        var epoch = EpochScope.Data(address.Endpoint, s_now);
        var delivery = new DeliveryId(n);
        return
        [
            new StoreChange.AddEvent(new EnvelopeRow(
                n, arrival.Id, "data", address.Endpoint, index, s_now, 256,
                sealer.Seal(RecordKind.Event, RecordId.Of(arrival.Id), epoch, SealedJson.Write(arrival)),
                sealer.Seal(RecordKind.Decision, RecordId.Of(arrival.Id), epoch, "a decision of some two hundred bytes"u8))),
            new StoreChange.AddDelivery(new DeliveryRow(
                delivery, arrival.Id, new LaneId(address.Endpoint, index, false), DeliveryState.Pending, 0, s_now, null,
                sealer.Seal(RecordKind.Content, RecordId.Of(delivery), epoch, SealedJson.Write(content)), null)),
            new StoreChange.PutState(
                "memory", index, sealer.Seal(RecordKind.Memory, RecordId.Of(index), EpochScope.State, "the rules remember this"u8)),
        ];
    }
}
