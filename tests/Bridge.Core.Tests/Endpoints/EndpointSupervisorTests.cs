using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Endpoints;

public sealed class EndpointSupervisorTests
{
    [Fact]
    public async Task An_endpoint_that_falls_is_run_again_after_a_wait_that_grows_to_a_minute()
    {
        var endpoint = new ScriptedEndpoint { Run = (_, _) => throw new IOException("connection refused") };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();

        var waits = new List<double>();
        for (var run = 1; run <= 12; run++)
        {
            await fixture.UntilAsync(EndpointPhase.BackingOff);
            await SupervisorFixture.UntilAsync(() => endpoint.Runs == run);
            waits.Add((await fixture.AdvanceToNextTimerAsync()).TotalSeconds);
            await SupervisorFixture.UntilAsync(() => endpoint.Runs == run + 1);
        }

        for (var i = 0; i < waits.Count; i++)
        {
            var step = Math.Min(60, Math.Pow(2, i));
            Assert.InRange(waits[i], Math.Max(1, step / 2), step);
        }
    }

    [Fact]
    public async Task An_outage_began_when_it_began_however_often_it_is_tried_again()
    {
        var endpoint = new ScriptedEndpoint { Run = (_, _) => throw new IOException("connection refused") };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.BackingOff);
        var began = fixture.Handle.Status.Since;
        for (var run = 2; run <= 5; run++)
        {
            await fixture.AdvanceToNextTimerAsync();
            await SupervisorFixture.UntilAsync(() => endpoint.Runs == run);
            await fixture.UntilAsync(EndpointPhase.BackingOff);
            Assert.Equal(began, fixture.Handle.Status.Since);
        }
    }

    [Fact]
    public async Task The_status_says_what_why_and_since_when()
    {
        var endpoint = new ScriptedEndpoint { Run = (_, _) => throw new IOException("connection refused\nby 10.0.0.1") };
        await using var fixture = new SupervisorFixture(endpoint);
        Assert.Equal(EndpointPhase.Starting, fixture.Handle.Status.Phase);

        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.BackingOff);
        Assert.Equal(new EndpointStatus(EndpointPhase.BackingOff, "connection refused", fixture.Clock.GetUtcNow()), fixture.Handle.Status);

        endpoint.Run = new ScriptedEndpoint().Run;
        await fixture.AdvanceToNextTimerAsync();
        await fixture.UntilAsync(EndpointPhase.Connected);
        Assert.Null(fixture.Handle.Status.Reason);
    }

    [Fact]
    public async Task A_fault_of_the_plugin_is_named_without_what_its_message_quotes()
    {
        var endpoint = new ScriptedEndpoint { Run = (_, _) => throw new FormatException("'my secret text' is not a number") };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.BackingOff);
        Assert.Equal("a fault in the plugin (FormatException)", fixture.Handle.Status.Reason);
    }

    [Fact]
    public async Task A_connection_that_held_for_a_minute_starts_the_waits_anew()
    {
        var endpoint = new ScriptedEndpoint { Run = (_, _) => throw new IOException("no") };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();
        for (var run = 1; run <= 5; run++)
        {
            await SupervisorFixture.UntilAsync(() => endpoint.Runs == run);
            await fixture.UntilAsync(EndpointPhase.BackingOff);
            if (run == 5)
            {
                var lost = new TaskCompletionSource();
                endpoint.Run = (inbox, _) =>
                {
                    inbox.Connected();
                    return lost.Task;
                };
                await fixture.AdvanceToNextTimerAsync();
                await fixture.UntilAsync(EndpointPhase.Connected);
                fixture.Clock.Advance(TimeSpan.FromSeconds(61));
                lost.SetException(new IOException("lost"));
                await fixture.UntilAsync(EndpointPhase.BackingOff);
            }

            var wait = await fixture.AdvanceToNextTimerAsync();
            if (run == 5)
            {
                Assert.Equal(TimeSpan.FromSeconds(1), wait);
            }
        }
    }

    [Fact]
    public async Task A_send_that_hangs_has_an_unknown_outcome_after_30_seconds()
    {
        var endpoint = new ScriptedEndpoint { Send = (_, _) => new(new TaskCompletionSource<SendResult>().Task) };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.Connected);

        var send = fixture.Handle.SendAsync(SupervisorFixture.Outbound(), TestContext.Current.CancellationToken).AsTask();
        await SupervisorFixture.UntilAsync(() => fixture.Clock.NextDue is not null);
        fixture.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(send.IsCompleted);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => send);
    }

    [Fact]
    public async Task A_file_has_the_time_that_its_bytes_need_on_a_slow_line()
    {
        var endpoint = new ScriptedEndpoint { Send = (_, _) => new(new TaskCompletionSource<SendResult>().Task) };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.Connected);

        var file = new AttachmentPart(new MessageText("a.mp4"), "video/mp4", 60 * 128 * 1024) { Blob = new BlobId("b") };
        var outbound = SupervisorFixture.Outbound() with { Content = new MessagePosted([file]) };
        var send = fixture.Handle.SendAsync(outbound, TestContext.Current.CancellationToken).AsTask();
        await SupervisorFixture.UntilAsync(() => fixture.Clock.NextDue is not null);
        fixture.Clock.Advance(TimeSpan.FromSeconds(89));
        Assert.False(send.IsCompleted);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => send);
    }

    [Fact]
    public async Task The_end_of_a_run_ends_the_sends_that_hang_in_it()
    {
        var lost = new TaskCompletionSource();
        var endpoint = new ScriptedEndpoint
        {
            Send = (_, _) => new(new TaskCompletionSource<SendResult>().Task),
            Run = (inbox, _) =>
            {
                inbox.Connected();
                return lost.Task;
            },
        };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.Connected);
        var send = fixture.Handle.SendAsync(SupervisorFixture.Outbound(), TestContext.Current.CancellationToken).AsTask();
        lost.SetException(new IOException("lost"));
        await SupervisorFixture.UntilAsync(() => fixture.Clock.IsDueIn(TimeSpan.FromSeconds(1)));
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => send);
    }

    [Fact]
    public async Task A_send_that_had_not_left_when_its_run_ended_is_not_in_doubt()
    {
        var lost = new TaskCompletionSource();
        var endpoint = new ScriptedEndpoint
        {
            Send = async (_, ended) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await Task.Yield();
                return new SendResult.Deferred("not connected");
            },
            Run = (inbox, _) =>
            {
                inbox.Connected();
                return lost.Task;
            },
        };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.Connected);
        var send = fixture.Handle.SendAsync(SupervisorFixture.Outbound(), TestContext.Current.CancellationToken).AsTask();
        lost.SetException(new IOException("lost"));
        Assert.IsType<SendResult.Deferred>(await send);
    }

    [Fact]
    public async Task A_run_that_does_not_end_is_left_behind_and_not_heard_any_more()
    {
        IInbox? left = null;
        var endpoint = new ScriptedEndpoint
        {
            Run = (inbox, _) =>
            {
                left = inbox;
                inbox.Connected();
                return new TaskCompletionSource().Task;
            },
        };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.Connected);
        var stopped = fixture.Supervisor.StopAsync();
        await fixture.AdvanceToNextTimerAsync();
        while (!stopped.IsCompleted)
        {
            fixture.Clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        // Its successor has the same network: heard by both, everything would come in twice.
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await left!.AcceptAsync(InboundBatch.Of(SupervisorFixture.Inbound("a"))));
    }

    [Fact]
    public async Task Nothing_as_an_answer_is_an_unknown_outcome()
    {
        var endpoint = new ScriptedEndpoint { Send = (_, _) => new((SendResult)null!) };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.Connected);
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await fixture.Handle.SendAsync(SupervisorFixture.Outbound(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nothing_is_sent_before_the_endpoint_is_connected()
    {
        await using var fixture = new SupervisorFixture(new ScriptedEndpoint());
        var result = await fixture.Handle.SendAsync(SupervisorFixture.Outbound(), TestContext.Current.CancellationToken);
        Assert.Equal(new SendResult.Deferred("not connected"), result);
    }

    [Fact]
    public async Task Stopping_lets_a_send_in_flight_finish_and_takes_no_new_one()
    {
        var answer = new TaskCompletionSource<SendResult>();
        var endpoint = new ScriptedEndpoint { Send = (_, _) => new(answer.Task) };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.Connected);

        var send = fixture.Handle.SendAsync(SupervisorFixture.Outbound(), TestContext.Current.CancellationToken).AsTask();
        var stopped = fixture.Supervisor.StopAsync();
        Assert.IsType<SendResult.Deferred>(await fixture.Handle.SendAsync(SupervisorFixture.Outbound(), TestContext.Current.CancellationToken));
        Assert.False(endpoint.Disposed);

        answer.SetResult(new SendResult.Delivered());
        Assert.IsType<SendResult.Delivered>(await send);
        await stopped;
        Assert.True(endpoint.Disposed);
        Assert.Equal(EndpointPhase.Stopped, fixture.Handle.Status.Phase);
    }

    [Fact]
    public async Task Stopping_waits_10_seconds_for_a_send_and_5_for_a_run_that_hangs()
    {
        var endpoint = new ScriptedEndpoint
        {
            Send = (_, _) => new(new TaskCompletionSource<SendResult>().Task),
            Run = (inbox, _) =>
            {
                inbox.Connected();
                return new TaskCompletionSource().Task;
            },
        };
        await using var fixture = new SupervisorFixture(endpoint);
        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.Connected);
        _ = fixture.Handle.SendAsync(SupervisorFixture.Outbound(), TestContext.Current.CancellationToken).AsTask();
        await SupervisorFixture.UntilAsync(() => fixture.Clock.NextDue is not null);

        var stopped = fixture.Supervisor.StopAsync();
        fixture.Clock.Advance(TimeSpan.FromSeconds(10));
        await SupervisorFixture.UntilAsync(() => fixture.Clock.IsDueIn(TimeSpan.FromSeconds(5)));
        fixture.Clock.Advance(TimeSpan.FromSeconds(5));
        await stopped;
        Assert.True(endpoint.Disposed);
        Assert.Equal(1, fixture.Telemetry.Totals[("endpoint.hung", "home")]);
    }
}
