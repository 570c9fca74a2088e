using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Microsoft.Extensions.Logging;
using Xunit;
using LogEvent = Microsoft.Extensions.Logging.EventId;

namespace Bridge.Core.Tests.Delivery;

/// <summary>Faults between an answer and its record: no delivery stays in flight for ever.</summary>
public sealed class FaultTests
{
    private static readonly EndpointCapabilities s_keyed = new() { Sends = EventFeature.Text, Resend = new ResendClass.Keyed(TimeSpan.FromMinutes(30)) };
    private static readonly EndpointCapabilities s_unsafe = s_keyed with { Resend = new ResendClass.Unsafe() };
    private static readonly EndpointCapabilities s_harmless = s_keyed with { Resend = new ResendClass.Harmless() };
    private static readonly StoreException s_full = new("the disk is full") { DiskFull = true };

    /// <summary>The first delivery of a month to a conversation makes the key of its results.</summary>
    [Fact]
    public async Task A_result_that_cannot_be_sealed_on_a_full_disk_is_recorded_when_there_is_room()
    {
        var told = 0;
        await using var rig = new DeliveryRig(
            new FakeEndpoint { Capabilities = s_keyed, Answer = _ => new SendResult.Delivered([new NativeId("there")]) },
            log: new HookedLog(id => told += id == 2007 ? 1 : 0));
        await rig.StartAsync();
        rig.Disconnect();
        var first = await rig.OwesAsync("one");
        rig.KeyStore.Failure = s_full;
        rig.Connect();
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(DeliveryState.Pending, await rig.StateAsync(first));
        Assert.True(rig.Counted("delivery.results_not_recorded") > 1);
        Assert.Equal(1, told);

        rig.KeyStore.Failure = null;
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(first));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(await rig.OwesAsync("two")));
        Assert.Equal(["one", "two"], rig.SentTexts);
    }

    [Fact]
    public async Task An_unsafe_send_whose_plan_cannot_be_sealed_on_a_full_disk_leaves_when_there_is_room()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_unsafe });
        await rig.StartAsync();
        rig.Disconnect();
        var id = await rig.OwesAsync("one");
        rig.KeyStore.Failure = s_full;
        rig.Connect();
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Empty(rig.SentTexts);

        rig.KeyStore.Failure = null;
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["one"], rig.SentTexts);
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }

    [Theory]
    [InlineData("keyed")]
    [InlineData("unsafe")]
    [InlineData("harmless")]
    public async Task A_log_that_cannot_be_written_holds_up_no_delivery(string resend)
    {
        var refusals = 0;
        await using var rig = new DeliveryRig(
            new FakeEndpoint
            {
                Capabilities = resend switch { "keyed" => s_keyed, "unsafe" => s_unsafe, _ => s_harmless },
                Answer = sent => DeliveryRig.TextOf(sent) switch
                {
                    "later" when ++refusals == 1 => new SendResult.Deferred("busy"),
                    "never" => new SendResult.Refused("not here"),
                    _ => new SendResult.Delivered(),
                },
            },
            log: new HookedLog(id => _ = id is >= 2000 and < 2100 ? throw new IOException("the log's disk is gone") : id));
        await rig.StartAsync();
        var later = await rig.OwesAsync("later");
        var never = await rig.OwesAsync("never");
        var last = await rig.OwesAsync("last");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(later));
        Assert.Equal(DeliveryState.Failed, await rig.StateAsync(never));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(last));
        Assert.Equal(["later", "later", "never", "last"], rig.SentTexts);
        Assert.True(rig.Counted("delivery.faults") > 0);
    }

    /// <param name="hear">Called with the number of each event that is logged.</param>
    private sealed class HookedLog(Action<int> hear) : ILogger<Telemetry>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, LogEvent eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            hear(eventId.Id);
    }
}
