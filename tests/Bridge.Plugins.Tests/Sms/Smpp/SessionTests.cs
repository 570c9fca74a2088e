using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Smpp;

public sealed class SessionTests
{
    [Theory]
    [InlineData(null, new[] { "BindTransceiver" })]
    [InlineData(SmppBinding.Separate, new[] { "BindTransmitter", "BindReceiver" })]
    public async Task Both_ways_work_over_one_session_or_two(SmppBinding? binding, string[] binds)
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Bind = binding });
        Assert.Equal(binds, sms.Centre.Binds.Select(bind => bind.ToString()));
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        sms.Centre.Bring(SmscDouble.Report("1"));
        await sms.UntilAsync(() => sms.Reported.Count > 0);
    }

    [Fact]
    public async Task Several_binds_share_the_work_and_a_number_keeps_to_one()
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Bind = SmppBinding.Separate, Binds = 3 });
        Assert.Equal(6, sms.Centre.Bound.Count);
        var by = new ConcurrentDictionary<string, HashSet<SmscSession>>();
        sms.Centre.Instead = (session, submit) =>
        {
            by.GetOrAdd(((PduBody.Message)submit.Body).Destination.Value, _ => []).Add(session);
            return Task.FromResult(false);
        };
        for (var i = 0; i < 120; i++)
        {
            Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x", to: $"+49151123400{i / 2:d2}")));
        }

        Assert.All(by.Values, sessions => Assert.Single(sessions));
        Assert.Equal(3, by.Values.SelectMany(sessions => sessions).Distinct().Count());
    }

    [Fact]
    public async Task When_one_of_two_sessions_is_lost_both_are_made_again()
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Bind = SmppBinding.Separate });
        sms.Centre.Bound[1].Dispose();
        await sms.UntilAsync(() => sms.Connections == 2);
        Assert.Equal(2, sms.Centre.Bound.Count);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
    }

    [Fact]
    public async Task A_transmitter_alone_asks_for_no_reports()
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Bind = SmppBinding.Transmitter });
        Assert.IsType<SendResult.Delivered>(await sms.Send(sms.Of("x")));
        Assert.Equal([CommandId.BindTransmitter], sms.Centre.Binds);
    }

    [Theory]
    [InlineData(0x0e, "driver.password")]
    [InlineData(0x0f, "driver.username")]
    [InlineData(0x05, "already bound")]
    [InlineData(0x0d, "RBINDFAIL")]
    [InlineData(0x63, "0x63")]
    public async Task A_refused_bind_is_explained_and_shows_no_secret(int status, string words)
    {
        var centre = SmscDouble.Start();
        centre.BindStatus = (CommandStatus)status;
        await using var sms = await RunningSmpp.StartAsync(centre: centre);
        Assert.Contains(words, sms.Failures[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", sms.Failures[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_centre_is_asked_whether_it_is_there_and_left_when_it_does_not_say_so()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSmpp.StartAsync(clock: clock);
        clock.Advance(TimeSpan.FromSeconds(30));
        await sms.UntilAsync(() => sms.Centre.Enquiries == 1);
        await sms.UntilAsync(() => clock.NextDue is { } due && due - clock.GetUtcNow() > TimeSpan.FromSeconds(20));
        sms.Centre.IsMute = true;
        while (sms.Failures.Count == 0)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Contains("enquire_link", sms.Failures[0].Message, StringComparison.Ordinal);
        sms.Centre.IsMute = false;
        await sms.UntilAsync(() => sms.Connections > 1);
    }

    [Fact]
    public async Task An_unbind_of_the_centre_is_answered_after_what_is_open_and_then_bound_again()
    {
        await using var sms = await RunningSmpp.StartAsync();
        sms.Centre.Instead = async (session, submit) =>
        {
            _ = session.AskAsync(CommandId.Unbind);
            await sms.Centre.TakeAsync(session, submit);
            return true;
        };
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        await sms.UntilAsync(() => sms.Connections == 2);
        Assert.Contains("(unbind)", sms.Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_says_farewell()
    {
        await using var sms = await RunningSmpp.StartAsync();
        await sms.StopAsync();
        Assert.Equal(1, sms.Centre.Unbinds);
    }

    [Fact]
    public async Task PDUs_in_small_pieces_are_read_as_whole_ones()
    {
        var centre = SmscDouble.Start();
        centre.Piece = 1;
        await using var sms = await RunningSmpp.StartAsync(centre: centre);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        sms.Centre.Bring(SmscDouble.Report("1"));
        await sms.UntilAsync(() => sms.Reported.Count > 0);
    }

    [Fact]
    public async Task What_Bridge_does_not_know_is_nacked_and_what_is_broken_is_answered_and_counted()
    {
        await using var sms = await RunningSmpp.StartAsync();
        var session = sms.Centre.Bound[0];
        Assert.Equal(CommandStatus.InvCmdId, await session.AskAsync((CommandId)0x21));
        Assert.Equal(CommandStatus.InvMsgLen, await session.AskAsync(CommandId.DeliverSm));
        Assert.Equal(CommandStatus.Ok, await session.AskAsync(CommandId.EnquireLink));
        Assert.Equal(1, sms.Memory.Dropped.Values.Sum());
        await session.SendAsync(new Pdu(CommandId.SubmitSmResp, CommandStatus.Ok, 4711, new PduBody.MessageAnswer("x")));
        await sms.UntilAsync(() => sms.Memory.Dropped.Values.Sum() == 2);
    }

    [Fact]
    public async Task A_probe_binds_as_a_transmitter_and_goes_away_again()
    {
        await using var sms = await RunningSmpp.StartAsync();
        Assert.IsType<ProbeResult.Works>(await sms.Endpoint.ProbeAsync(TestContext.Current.CancellationToken));
        Assert.Equal(CommandId.BindTransmitter, sms.Centre.Binds[^1]);
        Assert.Equal(1, sms.Centre.Unbinds);
        sms.Centre.BindStatus = CommandStatus.InvPaswd;
        await Assert.ThrowsAnyAsync<IOException>(async () => await sms.Endpoint.ProbeAsync(TestContext.Current.CancellationToken));
    }
}
