using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

/// <summary>The time of day is set back by an hour while something waits.</summary>
public sealed class SetClockTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_rate_lets_through_what_it_did()
    {
        var clock = new SetClock();
        await using var rig = RigOf(clock, new FakeEndpoint(), new EndpointLimits(Rate: new Rate(1, TimeSpan.FromSeconds(1))));
        await rig.StartAsync();
        await rig.OwesAsync("1");
        await rig.OwesAsync("2", to: "elsewhere");
        await rig.SettleAsync();
        Assert.Equal(["1"], rig.SentTexts);
        clock.Offset = -s_hour;
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(["1", "2"], rig.SentTexts);
    }

    [Fact]
    public async Task A_retry_comes_when_it_would_have_come()
    {
        var clock = new SetClock();
        var answers = new Queue<SendResult>([new SendResult.Deferred("busy", TimeSpan.FromMinutes(7)), new SendResult.Delivered()]);
        await using var rig = RigOf(clock, new FakeEndpoint { Answer = _ => answers.Dequeue() });
        await rig.StartAsync();
        await rig.OwesAsync("hello");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        clock.Offset = -s_hour;
        // Its lane has a turn meanwhile, and sends nothing.
        await rig.OwesAsync("too late", to: "elsewhere", with: content => content with { Expires = content.OccurredAt.AddSeconds(-1) });
        await rig.PassAsync(TimeSpan.FromMinutes(5.9));
        Assert.Equal(["hello"], rig.SentTexts);
        await rig.PassAsync(TimeSpan.FromMinutes(0.2));
        Assert.Equal(["hello", "hello"], rig.SentTexts);
    }

    [Fact]
    public async Task An_endpoint_that_cannot_say_yet_what_it_carries_is_asked_again()
    {
        var clock = new SetClock();
        var endpoint = new FakeEndpoint { CapabilitiesFor = _ => throw new InvalidOperationException("not yet") };
        await using var rig = RigOf(clock, endpoint);
        await rig.StartAsync();
        await rig.OwesAsync("hello");
        await rig.SettleAsync();
        clock.Offset = -s_hour;
        endpoint.CapabilitiesFor = null;
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["hello"], rig.SentTexts);
    }

    [Fact]
    public async Task A_networks_memory_of_a_key_is_not_believed_to_last_longer()
    {
        var clock = new SetClock();
        var endpoint = new FakeEndpoint
        {
            Capabilities = new() { Sends = EventFeature.Text, Resend = new ResendClass.Keyed(TimeSpan.FromMinutes(30)) },
            Answer = _ => throw new IOException("no answer"),
        };
        await using var rig = RigOf(clock, endpoint);
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.SettleAsync();
        rig.Disconnect();
        clock.Offset = -s_hour;
        await rig.PassAsync(TimeSpan.FromMinutes(40));
        rig.Connect();
        Assert.Equal(DeliveryState.Uncertain, await rig.StateAsync(id));
        Assert.Equal(["hello"], rig.SentTexts);
    }

    [Fact]
    public async Task Set_forward_nothing_waits_longer_either()
    {
        var clock = new SetClock();
        var answers = new Queue<SendResult>([new SendResult.Deferred("busy", TimeSpan.FromMinutes(7)), new SendResult.Delivered()]);
        await using var rig = RigOf(clock, new FakeEndpoint { Answer = _ => answers.Dequeue() });
        await rig.StartAsync();
        await rig.OwesAsync("hello");
        await rig.SettleAsync();
        clock.Offset = s_hour;
        await rig.PassAsync(TimeSpan.FromMinutes(7.1));
        Assert.Equal(["hello", "hello"], rig.SentTexts);
    }

    private static DeliveryRig RigOf(SetClock clock, FakeEndpoint endpoint, EndpointLimits? limits = null) => new(endpoint, limits, clock, moves: clock.Steady);

    /// <summary>A clock whose time of day can be set; its timers and timestamps go on as if nothing was.</summary>
    private sealed class SetClock : TimeProvider
    {
        public ManualClock Steady { get; } = new();

        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => Steady.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Steady.GetUtcNow() + Offset;

        public override long GetTimestamp() => Steady.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Steady.CreateTimer(callback, state, dueTime, period);
    }
}
