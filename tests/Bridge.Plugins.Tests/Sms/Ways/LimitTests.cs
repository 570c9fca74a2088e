using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Bridge.Plugin.Sms.Ways;
using Bridge.Plugins.Tests.Mqtt;
using Bridge.Testing.Endpoints;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Ways;

/// <summary>What a single way may send, where there are several: an SMS centre, and Kannel behind it.</summary>
public sealed class LimitTests
{
    private static readonly string s_threeParts = new('x', 400);

    [Fact]
    public async Task What_the_rate_of_a_way_does_not_let_through_goes_by_the_next()
    {
        await using var sms = await RunningWays.StartAsync(First(new WayLimitOptions { Rate = new Rate(2, TimeSpan.FromHours(1)) }));
        foreach (var text in (string[])["one", "two", "three", "four"])
        {
            Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of(text)));
        }

        Assert.Equal(["one", "two"], sms.Centre.Messages);
        Assert.Equal(["three", "four"], sms.Kannel.Messages);
        Assert.Null(sms.Impairment); // it is as it should be
    }

    [Fact]
    public async Task A_brief_pause_is_waited_for()
    {
        await using var sms = await RunningWays.StartAsync(First(new WayLimitOptions { Rate = new Rate(1, TimeSpan.FromSeconds(3)) }));
        await sms.Send(sms.Of("one"));
        var deferred = Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("two")));
        Assert.InRange(deferred.After!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(4));
        Assert.Empty(sms.Kannel.Messages);
    }

    [Fact]
    public async Task What_the_day_of_a_way_does_not_let_through_goes_by_the_next_and_that_is_told_also_after_a_restart()
    {
        await using var sms = await RunningWays.StartAsync(First(new WayLimitOptions { PerDay = 4 }));
        await sms.Send(sms.Of(s_threeParts)); // counted in parts
        await sms.Send(sms.Of(s_threeParts));
        Assert.Equal([s_threeParts], sms.Centre.Messages);
        Assert.Equal(3, sms.Kannel.All.Count);
        await sms.UntilAsync(() => sms.Impairment == "smpp (its daily limit of 4 is reached)");
        await sms.Send(sms.Of("last"));
        Assert.Equal([s_threeParts, "last"], sms.Centre.Messages);

        await sms.RestartAsync();
        await sms.UntilAsync(() => sms.Endpoint.Ways.All(way => way.IsOpen));
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("more")));
        Assert.Equal("more", sms.Kannel.Messages[^1]);
        Assert.Equal([s_threeParts, "last"], sms.Centre.Messages);
    }

    [Fact]
    public async Task When_all_are_used_up_it_waits_with_each_reason_and_for_the_first_that_is_free()
    {
        await using var sms = await RunningWays.StartAsync(options => options with
        {
            Drivers =
            [
                options.Drivers[0] with { Limits = new WayLimitOptions { PerDay = 1 } },
                options.Drivers[1] with { Limits = new WayLimitOptions { Rate = new Rate(1, TimeSpan.FromMinutes(1)) } },
            ],
        });
        await sms.Send(sms.Of("one"));
        await sms.Send(sms.Of("two"));
        var deferred = Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("three")));
        Assert.Equal("smpp: its daily limit of 1 is reached; kannel: its rate is used up", deferred.Why);
        Assert.InRange(deferred.After!.Value, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_way_that_is_away_is_not_kept_waiting_for_midnight_when_it_is_back()
    {
        await using var sms = await RunningWays.StartAsync(options => options with
        {
            Drivers = [options.Drivers[0], options.Drivers[1] with { Limits = new WayLimitOptions { PerDay = 1 } }],
        });
        await sms.LoseCentreAsync();
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("one")));
        Assert.Null(Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("two"))).After);
    }

    [Fact]
    public async Task What_was_not_taken_costs_nothing_of_the_day()
    {
        await using var sms = await RunningWays.StartAsync(First(new WayLimitOptions { PerDay = 2 }));
        foreach (var text in (string[])["a", "b", "c"])
        {
            sms.Centre.Answer(CommandStatus.InvDstAdr);
            Assert.IsType<SendResult.Refused>(await sms.Send(sms.Of(text)));
        }

        await sms.Send(sms.Of("one"));
        await sms.Send(sms.Of("two"));
        await sms.Send(sms.Of("three"));
        Assert.Equal(["one", "two"], sms.Centre.Messages);
        Assert.Equal(["three"], sms.Kannel.Messages);
    }

    [Fact]
    public async Task The_rest_of_a_message_waits_for_its_way_and_pays_for_itself_alone()
    {
        await using var sms = await RunningWays.StartAsync(First(new WayLimitOptions { PerDay = 3 }));
        var message = sms.Of(s_threeParts);
        sms.Centre.Answer(CommandStatus.SysErr, after: 1);
        Assert.IsType<SendResult.Deferred>(await sms.Send(message));
        Assert.IsType<SendResult.Accepted>(await sms.Send(message));
        Assert.Equal([s_threeParts], sms.Centre.Messages);
        await sms.Send(sms.Of("more"));
        Assert.Equal(["more"], sms.Kannel.Messages);
    }

    [Fact]
    public async Task What_no_day_is_long_enough_for_goes_by_the_next_or_is_refused()
    {
        await using var sms = await RunningWays.StartAsync(First(new WayLimitOptions { PerDay = 2 }));
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of(s_threeParts)));
        Assert.Empty(sms.Centre.Messages);
        Assert.Null(sms.Impairment);
        sms.Kannel.Answer(402);
        Assert.Contains("it costs 3 at once", Assert.IsType<SendResult.Refused>(await sms.Send(sms.Of(s_threeParts))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_day_begins_with_nothing_and_yesterday_gives_nothing_back()
    {
        var (clock, memory) = (new ManualClock(), new HostMemory());
        var limits = new WayLimits(new WayLimitOptions { PerDay = 10 }, ContextOf(clock, memory));
        Assert.Null(limits.Take(8, out var yesterday));
        Assert.NotNull(limits.Take(3, out _));
        Assert.Equal("its daily limit of 10 is reached", limits.Fault);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(limits.Fault);
        Assert.Null(limits.Take(9, out _));
        limits.Return(8, yesterday);
        var held = limits.Take(2, out _)!.Value;
        Assert.True(held.IsOfWay);
        Assert.InRange(Assert.IsType<SendResult.Deferred>(held.Result).After!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Another_process_takes_up_the_count_of_the_same_day_alone()
    {
        var (clock, memory) = (new ManualClock(), new HostMemory());
        var options = new WayLimitOptions { PerDay = 10 };
        var first = new WayLimits(options, ContextOf(clock, memory));
        await first.LoadAsync(new Inbox(memory), TestContext.Current.CancellationToken);
        Assert.Null(first.Take(9, out _));
        var second = new WayLimits(options, ContextOf(clock, memory));
        await second.LoadAsync(new Inbox(memory), TestContext.Current.CancellationToken);
        Assert.NotNull(second.Take(2, out _));
        clock.Advance(TimeSpan.FromDays(1));
        var third = new WayLimits(options, ContextOf(clock, memory));
        await third.LoadAsync(new Inbox(memory), TestContext.Current.CancellationToken);
        Assert.Null(third.Take(10, out _));
    }

    private static EndpointContext ContextOf(TimeProvider clock, HostMemory memory) => new()
    {
        Id = new EndpointId("sms"), Logger = NullLogger.Instance, Clock = clock, Random = new Random(1), State = memory, Window = 100, Drops = memory,
        Report = _ => { },
    };

    private static Func<SmsOptions, SmsOptions> First(WayLimitOptions limits) => options => options with
    {
        Drivers = [options.Drivers[0] with { Limits = limits }, options.Drivers[1]],
    };

    private sealed class Inbox(HostMemory memory) : IInbox
    {
        public void Connected()
        {
        }

        public void Impaired(string? why)
        {
        }

        public ValueTask AcceptAsync(InboundBatch batch) => new(memory.CommitAsync(batch));
    }
}
