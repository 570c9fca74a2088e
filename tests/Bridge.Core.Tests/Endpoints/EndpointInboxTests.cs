using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Endpoints;

public sealed class EndpointInboxTests
{
    [Fact]
    public async Task Batches_reach_intake_in_the_order_of_the_calls()
    {
        var taken = new List<string>();
        var inbox = await InboxAsync(accept: (_, batch, _, _) =>
        {
            taken.AddRange(batch.Events.Select(inbound => inbound.Address.Rest));
            return Task.FromResult<IReadOnlyList<EventId>>([]);
        });
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => inbox.AcceptAsync(InboundBatch.Of(SupervisorFixture.Inbound($"{i}"))).AsTask()));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), taken);
    }

    [Fact]
    public async Task An_event_in_another_endpoints_name_is_refused()
    {
        var inbox = await InboxAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await inbox.AcceptAsync(InboundBatch.Of(SupervisorFixture.Inbound("a", endpoint: "other"))));
    }

    [Fact]
    public async Task A_denied_address_is_dropped_and_counted_while_its_batch_keeps_its_place()
    {
        var batches = new List<int>();
        var filter = new AddressFilter(["tele/#"], ["tele/+/secret"], AddressStyle.Levels);
        await using var fixture = new SupervisorFixture(new ScriptedEndpoint(), filter, (_, batch, _, _) =>
        {
            batches.Add(batch.Events.Count);
            return Task.FromResult<IReadOnlyList<EventId>>([]);
        });
        var inbox = await InboxOfAsync(fixture);
        await inbox.AcceptAsync(new InboundBatch(
            [SupervisorFixture.Inbound("tele/a/SENSOR"), SupervisorFixture.Inbound("tele/a/secret"), SupervisorFixture.Inbound("cmnd/a")], []));
        await inbox.AcceptAsync(InboundBatch.Of(SupervisorFixture.Inbound("cmnd/a")));
        Assert.Equal([1, 0], batches);
        Assert.Equal(3, fixture.Telemetry.Totals[("endpoint.dropped", "home: address not allowed")]);
    }

    [Fact]
    public async Task A_report_on_what_was_sent_passes_though_its_place_is_not_an_allowed_address()
    {
        var heard = new List<BridgeEvent>();
        var filter = new AddressFilter(["+49*"], [], AddressStyle.Plain);
        await using var fixture = new SupervisorFixture(new ScriptedEndpoint(), filter, (_, batch, _, _) =>
        {
            heard.AddRange(batch.Events.Select(inbound => inbound.Event));
            return Task.FromResult<IReadOnlyList<EventId>>([]);
        });
        var report = new DeliveryReported(new DeliveryKey("k"), DeliveryOutcome.Delivered);
        await (await InboxOfAsync(fixture)).AcceptAsync(InboundBatch.Of(SupervisorFixture.Inbound("report") with { Event = report }));
        Assert.Equal([report], heard);
    }

    [Fact]
    public async Task Each_batch_of_a_run_names_the_one_before_it_so_that_it_is_not_stored_where_that_was_not()
    {
        var batches = new List<(Task? Elder, TaskCompletionSource<IReadOnlyList<EventId>> Stored)>();
        var inbox = await InboxAsync(accept: (_, _, _, elder) =>
        {
            batches.Add((elder, new()));
            return batches[^1].Stored.Task;
        });
        var first = inbox.AcceptAsync(InboundBatch.Of(SupervisorFixture.Inbound("first"))).AsTask();
        var second = inbox.AcceptAsync(InboundBatch.Of(SupervisorFixture.Inbound("second"))).AsTask();
        Assert.True(batches[0].Elder is null or { IsCompletedSuccessfully: true });
        Assert.Same(batches[0].Stored.Task, batches[1].Elder);
        batches.ForEach(batch => batch.Stored.SetException(new IOException("disk full")));
        await Assert.ThrowsAsync<IOException>(() => first);
        await Assert.ThrowsAsync<IOException>(() => second);
    }

    [Fact]
    public async Task An_ended_run_hands_over_nothing()
    {
        await using var fixture = new SupervisorFixture(new ScriptedEndpoint());
        var inbox = await InboxOfAsync(fixture);
        await fixture.Supervisor.StopAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await inbox.AcceptAsync(InboundBatch.Of(SupervisorFixture.Inbound("a"))));
    }

    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("+", "a", true)]
    [InlineData("a/b", "a", false)]
    public void Level_patterns_match_as_topic_filters_do(string pattern, string rest, bool allowed)
    {
        Assert.Equal(allowed, new AddressFilter([pattern], [], AddressStyle.Levels).Allows(rest));
        Assert.Equal(!allowed, new AddressFilter([], [pattern], AddressStyle.Levels).Allows(rest));
    }

    [Theory]
    [InlineData("+4930*", "+49301", true)]
    [InlineData("+49301", "+49301", true)]
    [InlineData("+49301", "+493012", false)]
    public void Plain_patterns_match_whole_or_by_their_beginning(string pattern, string rest, bool allowed) =>
        Assert.Equal(allowed, new AddressFilter([pattern], [], AddressStyle.Plain).Allows(rest));

    private static Task<IInbox> InboxAsync(Accept? accept = null) => InboxOfAsync(new SupervisorFixture(new ScriptedEndpoint(), accept: accept));

    private static async Task<IInbox> InboxOfAsync(SupervisorFixture fixture)
    {
        IInbox? caught = null;
        fixture.Endpoint.Run = async (inbox, stopping) =>
        {
            caught = inbox;
            inbox.Connected();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        };
        fixture.Supervisor.Start();
        await fixture.UntilAsync(EndpointPhase.Connected);
        return caught!;
    }
}
