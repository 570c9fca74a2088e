using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Delivery;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class BudgetTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_wait_before_a_retry_stays_below_a_ceiling_that_doubles_to_five_minutes()
    {
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300], Enumerable.Range(1, 11).Select(attempts => RetryDelay.Ceiling(attempts).TotalSeconds));
        var random = new Random(5);
        var waits = Enumerable.Range(0, 1_000).Select(_ => RetryDelay.After(6, random).TotalSeconds).ToList();
        Assert.All(waits, wait => Assert.InRange(wait, 0.1, 32));
        Assert.InRange(waits.Average(), 14, 18);
    }

    [Fact]
    public void A_bucket_gives_what_it_holds_and_refills_evenly()
    {
        var bucket = new TokenBucket(new Rate(6, TimeSpan.FromMinutes(1)), s_noon);
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(TimeSpan.Zero, bucket.WaitFor(1, s_noon));
            bucket.Spend(1);
        }

        var wait = bucket.WaitFor(1, s_noon);
        Assert.InRange(wait.TotalSeconds, 10, 10.001);
        Assert.Equal(TimeSpan.Zero, bucket.WaitFor(1, s_noon + wait));
    }

    [Fact]
    public void What_costs_more_than_a_full_bucket_waits_for_a_full_one_and_is_paid_off_afterwards()
    {
        var bucket = new TokenBucket(new Rate(6, TimeSpan.FromMinutes(1)), s_noon);
        Assert.Equal(TimeSpan.Zero, bucket.WaitFor(12, s_noon));
        bucket.Spend(12);
        Assert.InRange(bucket.WaitFor(1, s_noon).TotalSeconds, 70, 70.001);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-11-21T22:59:00Z", "2026-11-21T23:00:00Z")] // winter: midnight is 23:00 UTC
    [InlineData("Europe/Berlin", "2026-07-01T12:00:00Z", "2026-07-01T22:00:00Z")] // summer
    [InlineData("America/Santiago", "2026-09-05T12:00:00Z", "2026-09-06T04:00:00Z")] // midnight does not exist: the clock jumps to 01:00
    public void The_daily_limit_begins_anew_at_midnight_in_its_zone(string zone, string now, string next)
    {
        var limit = new DailyLimit();
        var at = DateTimeOffset.Parse(now);
        Assert.Null(limit.WaitFor(3, 3, at, TimeZoneInfo.FindSystemTimeZoneById(zone)));
        limit.Spend(3);
        var wait = limit.WaitFor(1, 3, at, TimeZoneInfo.FindSystemTimeZoneById(zone));
        Assert.Equal(DateTimeOffset.Parse(next), wait);
        Assert.Null(limit.WaitFor(1, 3, wait!.Value, TimeZoneInfo.FindSystemTimeZoneById(zone)));
    }

    [Fact]
    public void The_heap_gives_lanes_in_order_of_time_whatever_happens_to_them()
    {
        var random = new Random(11);
        var heap = new DueHeap();
        var lanes = Enumerable.Range(0, 200).Select(i => new Lane(new LaneId(DeliveryRig.Net, new BlindIndex((UInt128)i), false))).ToList();
        var model = new Dictionary<Lane, DateTimeOffset>();
        for (var step = 0; step < 5_000; step++)
        {
            var lane = lanes[random.Next(lanes.Count)];
            if (random.Next(4) == 0)
            {
                heap.Set(lane, null);
                model.Remove(lane);
            }
            else
            {
                heap.Set(lane, model[lane] = s_noon.AddSeconds(random.Next(1_000)));
            }

            Assert.Equal(model.Count == 0 ? null : model.Values.Min(), heap.First);
        }

        while (heap.TryTake(DateTimeOffset.MaxValue, out var first))
        {
            Assert.Equal(model.Values.Min(), model[first]);
            model.Remove(first);
        }

        Assert.Empty(model);
    }

    [Fact]
    public void A_manual_clock_fires_timers_in_order_and_at_their_time()
    {
        var clock = new ManualClock();
        var fired = new List<(int Who, double After)>();
        var start = clock.GetUtcNow();
        using var late = clock.CreateTimer(_ => fired.Add((2, (clock.GetUtcNow() - start).TotalSeconds)), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var early = clock.CreateTimer(_ => fired.Add((1, (clock.GetUtcNow() - start).TotalSeconds)), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([(1, 2d), (1, 4d), (2, 5d), (1, 6d)], fired);
        early.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(4, fired.Count);
        Assert.Null(clock.NextDue);
    }

    [Fact]
    public async Task A_rate_counts_units_over_all_lanes()
    {
        var endpoint = new MeasuringFakeEndpoint { Units = outbound => DeliveryRig.TextOf(outbound).Length };
        await using var rig = new DeliveryRig(endpoint, new EndpointLimits(new Rate(6, TimeSpan.FromMinutes(1))));
        await rig.StartAsync();
        await rig.OwesAsync("aaaa", to: "one");
        await rig.OwesAsync("bbbb", to: "two");
        await rig.PassAsync(TimeSpan.FromSeconds(19));
        Assert.Equal(["aaaa"], rig.SentTexts);
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["aaaa", "bbbb"], rig.SentTexts);
    }

    [Fact]
    public async Task A_critical_delivery_gets_the_next_token()
    {
        await using var rig = new DeliveryRig(limits: new EndpointLimits(new Rate(1, TimeSpan.FromMinutes(1))));
        await rig.StartAsync();
        await rig.OwesAsync("first");
        await rig.SettleAsync();
        await rig.OwesAsync("normal");
        await rig.OwesAsync("critical", to: "elsewhere", critical: true);
        await rig.PassAsync(TimeSpan.FromSeconds(61));
        Assert.Equal(["first", "critical"], rig.SentTexts);
    }

    [Fact]
    public async Task A_daily_limit_holds_until_midnight_and_survives_a_restart()
    {
        await using var rig = new DeliveryRig(limits: new EndpointLimits(PerDay: 2));
        await rig.StartAsync();
        rig.Engine.Zone = TimeZoneInfo.Utc;
        foreach (var text in new[] { "1", "2", "3" })
        {
            await rig.OwesAsync(text);
        }

        await rig.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(["1", "2"], rig.SentTexts);
        var waiting = (await rig.Store.ListDeliveriesAsync(DeliveryState.Pending, 10, CancellationToken.None)).Single();
        Assert.Equal("the endpoint's daily limit of 2 is reached", (await rig.ProgressAsync(waiting.Id)).Reason);

        await rig.RestartAsync();
        await rig.PassAsync(TimeSpan.FromHours(10.9));
        Assert.Equal(["1", "2"], rig.SentTexts);
        await rig.PassAsync(TimeSpan.FromHours(0.2));
        Assert.Equal(["1", "2", "3"], rig.SentTexts);
    }

    [Fact]
    public async Task A_daily_limit_counts_units_over_all_routes_and_is_said_once_a_day()
    {
        var log = new RecordedLog();
        var endpoint = new MeasuringFakeEndpoint { Units = outbound => DeliveryRig.TextOf(outbound).Length };
        await using var rig = new DeliveryRig(endpoint, new EndpointLimits(PerDay: 5), log: log);
        await rig.StartAsync();
        Assert.Null(rig.Engine.DayOf(new EndpointId("elsewhere")));
        foreach (var (text, route) in new[] { ("aaa", "one"), ("bbb", "two"), ("c", "three") })
        {
            await rig.OwesAsync(text, to: route, with: content => content with { Route = route });
        }

        await rig.PassAsync(TimeSpan.FromHours(1));
        rig.Disconnect();
        rig.Connect(); // looks again, and finds it as it was
        await rig.OwesAsync("d", to: "four");
        await rig.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(["aaa"], rig.SentTexts);
        var midnight = new DateTimeOffset(rig.Clock.GetUtcNow().Date.AddDays(1), TimeSpan.Zero);
        Assert.Equal(new DayUse(DateOnly.FromDateTime(rig.Clock.GetUtcNow().Date), 3, 5, midnight), rig.Engine.DayOf(DeliveryRig.Net));
        Assert.Equal($"Warning: Deliveries to net wait until {midnight:u}: the endpoint's daily limit of 5 is reached", Assert.Single(log.Lines, line => line.Contains("limit")));
        Assert.Equal(1, rig.Counted("delivery.held"));

        await rig.PassAsync(midnight - rig.Clock.GetUtcNow());
        Assert.Equal(["aaa", "bbb", "c", "d"], rig.SentTexts);
        Assert.Equal(5, rig.Engine.DayOf(DeliveryRig.Net)!.Spent);
        Assert.Null(rig.Engine.DayOf(DeliveryRig.Net)!.HeldUntil);
        await rig.OwesAsync("e");
        await rig.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, log.Lines.Count(line => line.Contains("limit")));
    }

    [Fact]
    public async Task What_no_day_is_long_enough_for_fails_at_once_and_holds_nothing_up()
    {
        var endpoint = new MeasuringFakeEndpoint { Units = outbound => DeliveryRig.TextOf(outbound).Length };
        await using var rig = new DeliveryRig(endpoint, new EndpointLimits(PerDay: 3));
        await rig.StartAsync();
        var big = await rig.OwesAsync("four");
        await rig.OwesAsync("one");
        await rig.SettleAsync();
        Assert.Equal(["one"], rig.SentTexts);
        Assert.Equal(DeliveryState.Failed, await rig.StateAsync(big));
        var progress = await rig.ProgressAsync(big);
        Assert.Equal(("it costs 4 at once, and the endpoint's daily limit is 3", "shorten it, or raise limits.per_day"), (progress.Reason, progress.Cure));
    }

    [Fact]
    public async Task What_the_network_did_not_take_is_not_counted_against_the_day()
    {
        await using var rig = new DeliveryRig(limits: new EndpointLimits(PerDay: 2));
        rig.Endpoint.Answer = _ => new SendResult.Deferred("busy");
        await rig.StartAsync();
        await rig.OwesAsync("1");
        await rig.PassAsync(TimeSpan.FromMinutes(30));
        Assert.True(rig.Endpoint.Sent.Count > 2);
        Assert.Equal(0, rig.Engine.DayOf(DeliveryRig.Net)!.Spent);
        rig.Endpoint.Answer = _ => new SendResult.Delivered();
        await rig.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(1, rig.Engine.DayOf(DeliveryRig.Net)!.Spent);
    }

    [Fact]
    public async Task What_the_network_refused_is_given_back_to_the_day_and_what_waited_for_the_next_one_goes()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Holding = true }, new EndpointLimits(PerDay: 2));
        await rig.StartAsync();
        foreach (var room in new[] { "a", "b", "c" })
        {
            await rig.OwesAsync(room, to: room);
        }

        await rig.SettleAsync();
        Assert.Equal(["a", "b"], rig.SentTexts);
        Assert.NotNull(rig.Engine.DayOf(DeliveryRig.Net)!.HeldUntil);
        rig.Endpoint.Held[0].Answer(new SendResult.Refused("no such number"));
        await rig.SettleAsync();
        Assert.Equal(["a", "b", "c"], rig.SentTexts);
        foreach (var held in rig.Endpoint.Held)
        {
            held.Answer(new SendResult.Delivered());
        }

        await rig.SettleAsync();
        var day = rig.Engine.DayOf(DeliveryRig.Net)!;
        Assert.Equal((2, null), (day.Spent, day.HeldUntil));
    }

    [Fact]
    public async Task What_was_refused_when_its_first_pieces_were_out_is_given_back_without_them()
    {
        var endpoint = new MeasuringFakeEndpoint { Units = _ => 10, Answer = _ => new SendResult.Refused("part 10 of 10: no credit") { UnitsUsed = 9 } };
        await using var rig = new DeliveryRig(endpoint, new EndpointLimits(PerDay: 20));
        await rig.StartAsync();
        await rig.OwesAsync("long");
        await rig.SettleAsync();
        Assert.Equal(9, rig.Engine.DayOf(DeliveryRig.Net)!.Spent);
    }

    [Fact]
    public async Task An_endpoint_has_no_more_in_flight_than_its_window()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Holding = true }, new EndpointLimits(Window: 2));
        await rig.StartAsync();
        foreach (var room in new[] { "a", "b", "c" })
        {
            await rig.OwesAsync(room, to: room);
        }

        await rig.SettleAsync();
        Assert.Equal(2, rig.Endpoint.Held.Count);
        rig.Endpoint.Held[0].Answer(new SendResult.Delivered());
        await rig.SettleAsync();
        Assert.Equal(["a", "b", "c"], rig.SentTexts);
    }

    private sealed class RecordedLog : ILogger<Telemetry>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyList<string> Lines => [.. _lines];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
    }
}
