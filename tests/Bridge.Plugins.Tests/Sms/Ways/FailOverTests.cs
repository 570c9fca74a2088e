using Bridge.Abstractions;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Ways;

public sealed class FailOverTests
{
    private static readonly string s_long = string.Concat(Enumerable.Range(0, 60).Select(number => $"word{number} "));

    [Fact]
    public async Task The_first_way_takes_what_is_sent()
    {
        await using var sms = await RunningWays.StartAsync();
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("Hello")));
        Assert.Equal(["Hello"], sms.Centre.Messages);
        Assert.Empty(sms.Kannel.Messages);
    }

    [Fact]
    public async Task The_next_way_takes_what_is_sent_while_the_first_is_away_and_the_first_again_when_it_is_back()
    {
        await using var sms = await RunningWays.StartAsync();
        await sms.LoseCentreAsync();
        Assert.StartsWith("1 of 2 ways is away: smpp (", sms.Impairment, StringComparison.Ordinal);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("One")));
        Assert.Equal(["One"], sms.Kannel.Messages);

        await sms.FindCentreAsync();
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("Two")));
        Assert.Equal(["Two"], sms.Centre.Messages);
        Assert.Equal(["One"], sms.Kannel.Messages);
        Assert.Equal((1, 0), (sms.Connections, sms.Failures.Count));
    }

    [Fact]
    public async Task A_way_that_is_away_at_the_start_does_not_keep_the_other_from_starting()
    {
        await using var sms = await RunningWays.StartAsync(before: (centre, _) => centre.Close());
        Assert.Equal(1, sms.Connections);
        await sms.UntilAsync(() => sms.Impairment is not null);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("Hello")));
        Assert.Equal(["Hello"], sms.Kannel.Messages);
        await sms.FindCentreAsync();
    }

    [Fact]
    public async Task Without_any_way_the_endpoint_is_not_connected_and_says_why()
    {
        await using var sms = await RunningWays.StartAsync();
        await sms.Kannel.CloseAsync();
        await sms.LoseCentreAsync();
        Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("Hello"))); // and so it is seen that Kannel is away, too
        await sms.UntilAsync(() => sms.Failures.Count > 0);
        Assert.StartsWith("no way works: smpp (", sms.Failures[0].Message, StringComparison.Ordinal);
        Assert.Contains("; kannel (", sms.Failures[0].Message, StringComparison.Ordinal);

        await sms.Kannel.OpenAsync();
        await sms.UntilAsync(() => sms.Connections > 1);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("Again")));
    }

    [Fact]
    public async Task A_way_behind_a_host_that_swallows_what_is_sent_to_it_is_given_up_in_time_for_the_next()
    {
        await using var sms = await RunningWays.StartAsync(options => options with { Drivers = [options.Drivers[1] with { Status = null }, options.Drivers[0]] });
        await sms.Kannel.CloseAsync();
        using var silence = new SilentHost(sms.Kannel.Url.Port);
        var began = TimeProvider.System.GetTimestamp();
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("Hello")));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 7, 30); // 30: what the host gives a send
        Assert.Equal(["Hello"], sms.Centre.Messages);
        Assert.Empty(sms.Failures);
    }

    [Fact]
    public async Task What_is_refused_for_the_sake_of_the_way_goes_by_the_next()
    {
        await using var sms = await RunningWays.StartAsync();
        foreach (var status in (CommandStatus[])[CommandStatus.SysErr, CommandStatus.InvSrcAdr])
        {
            sms.Centre.Answer(status);
            Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of($"{status}")));
        }

        Assert.Empty(sms.Centre.Messages);
        Assert.Equal(["SysErr", "InvSrcAdr"], sms.Kannel.Messages);
    }

    [Fact]
    public async Task What_is_refused_for_the_sake_of_the_message_is_refused()
    {
        await using var sms = await RunningWays.StartAsync();
        sms.Centre.Answer(CommandStatus.InvDstAdr);
        Assert.IsType<SendResult.Refused>(await sms.Send(sms.Of("Hello")));
        Assert.Empty(sms.Kannel.Messages);
    }

    [Fact]
    public async Task What_may_have_arrived_does_not_go_by_another_way()
    {
        await using var sms = await RunningWays.StartAsync();
        sms.Centre.Instead = (session, submit) =>
        {
            sms.Centre.Take((PduBody.Message)submit.Body);
            session.Dispose();
            return Task.FromResult(true);
        };
        Assert.IsType<SendResult.Uncertain>(await sms.Send(sms.Of("Hello")));
        Assert.Equal(["Hello"], sms.Centre.Messages);
        Assert.Empty(sms.Kannel.Messages);
    }

    [Fact]
    public async Task A_way_that_has_enough_for_a_moment_is_waited_for()
    {
        await using var sms = await RunningWays.StartAsync();
        sms.Centre.Answer(CommandStatus.Throttled);
        var deferred = Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("Hello")));
        Assert.InRange(deferred.After!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Empty(sms.Kannel.Messages);
    }

    [Fact]
    public async Task A_message_that_every_way_refuses_is_refused_with_each_reason()
    {
        await using var sms = await RunningWays.StartAsync();
        sms.Centre.Answer(CommandStatus.InvSrcAdr);
        sms.Kannel.Answer(402);
        var refused = Assert.IsType<SendResult.Refused>(await sms.Send(sms.Of("Hello")));
        Assert.StartsWith("smpp: ", refused.Why, StringComparison.Ordinal);
        Assert.Contains("; kannel: ", refused.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_one_way_refuses_waits_for_the_one_that_is_away()
    {
        await using var sms = await RunningWays.StartAsync();
        await sms.LoseCentreAsync();
        sms.Kannel.Answer(402);
        Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("Hello")));
    }

    [Fact]
    public async Task The_rest_of_a_message_goes_the_way_of_its_first_part_also_after_a_restart()
    {
        await using var sms = await RunningWays.StartAsync();
        var message = sms.Of(s_long);
        sms.Centre.Answer(CommandStatus.SysErr, after: 1);
        Assert.IsType<SendResult.Deferred>(await sms.Send(message));
        await sms.LoseCentreAsync();
        Assert.IsType<SendResult.Deferred>(await sms.Send(message));

        sms.Centre.Open();
        await sms.RestartAsync(options => options with { Drivers = [options.Drivers[1], options.Drivers[0]] });
        await sms.UntilAsync(() => sms.Endpoint.Ways.All(way => way.IsOpen));
        Assert.IsType<SendResult.Accepted>(await sms.Send(message));
        Assert.Equal([s_long], sms.Centre.Messages);
        Assert.Empty(sms.Kannel.Messages);
    }

    [Fact]
    public async Task The_rest_of_a_message_whose_way_is_not_configured_any_more_is_refused()
    {
        await using var sms = await RunningWays.StartAsync();
        var message = sms.Of(s_long);
        sms.Centre.Answer(CommandStatus.SysErr, after: 1);
        Assert.IsType<SendResult.Deferred>(await sms.Send(message));
        await sms.RestartAsync(options => options with { Drivers = [options.Drivers[1]] });
        Assert.Contains("not configured any more", Assert.IsType<SendResult.Refused>(await sms.Send(message)).Why, StringComparison.Ordinal);
        Assert.Empty(sms.Kannel.Messages);
    }

    [Fact]
    public async Task A_way_that_does_not_do_all_of_its_work_comes_behind_the_others()
    {
        await using var sms = await RunningWays.StartAsync(
            options => options with { Drivers = [options.Drivers[1], options.Drivers[0]] }, (_, kannel) => kannel.IsOnline = false);
        await sms.UntilAsync(() => sms.Impairment is not null);
        Assert.StartsWith("kannel (Kannel has no connection", sms.Impairment, StringComparison.Ordinal);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("One")));
        Assert.Equal(["One"], sms.Centre.Messages);

        sms.Centre.Close();
        await sms.UntilAsync(() => sms.Impairment!.StartsWith("1 of 2 ways is away: smpp (", StringComparison.Ordinal));
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("Two")));
        Assert.Equal(["Two"], sms.Kannel.Messages);
    }
}
