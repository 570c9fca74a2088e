using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class ThroughputTests
{
    private const int Count = 40_000;

    // A machine busy with other tests must not fail it: the bar here is far below what bench/ measures.
    [Fact]
    public async Task A_pipelined_endpoint_gets_thousands_of_deliveries_a_second()
    {
        var pipelined = new EndpointCapabilities { Sends = EventFeature.Data, Resend = new ResendClass.Harmless(), InFlight = 1_000 };
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = pipelined }, clock: TimeProvider.System);
        await rig.StartAsync();
        var arrival = rig.Arrived(new DataReported(Payload.FromText(new string('x', 200))));
        var batches = Enumerable.Range(0, Count / 100).Select(batch => Enumerable.Range(0, 100).Select(i =>
        {
            var queued = rig.Make(arrival, c => c, $"topic/{i % 50}", false, out var changes);
            return (Queued: queued, Changes: changes);
        }).ToList()).ToList();
        foreach (var batch in batches)
        {
            await rig.Writer.WriteAsync([.. batch.SelectMany(made => made.Changes)]);
        }

        var allocated = GC.GetTotalAllocatedBytes();
        var began = TimeProvider.System.GetTimestamp();
        foreach (var batch in batches)
        {
            rig.Engine.Enqueue([.. batch.Select(made => made.Queued)]);
        }

        await DeliveryRig.UntilAsync(() => rig.Counted("delivery.delivered") == Count);
        await rig.Engine.StopAsync();
        var elapsed = TimeProvider.System.GetElapsedTime(began);
        Assert.Equal(Count, (await rig.Store.CountDeliveriesAsync(CancellationToken.None))[DeliveryState.Delivered]);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Count / elapsed.TotalSeconds:0} deliveries/s, {(GC.GetTotalAllocatedBytes() - allocated) / Count} bytes each");
        Assert.InRange(elapsed.TotalSeconds, 0, 10);
    }
}
