using Bridge.Abstractions;
using Xunit;

namespace Bridge.Testing.Endpoints;

/// <summary>
/// What every endpoint must do, whatever its network. Derive, say in <see cref="StartAsync"/> how an endpoint is built against a fake network, and inherit
/// the suite. Everything that may be adjusted is a virtual member; nothing needs to be hidden.
/// </summary>
/// <remarks>It is an xunit class, so that deriving is all there is to do; it needs no more of Bridge than the contract.</remarks>
public abstract class EndpointConformance
{
    /// <summary>Builds one endpoint with this context. Called once per test.</summary>
    protected abstract Task<EndpointUnderTest> StartAsync(EndpointContext context);

    /// <summary>How long anything may take before a test fails.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(20);

    /// <summary>How long after a failure the host runs an endpoint again.</summary>
    protected virtual TimeSpan Backoff => TimeSpan.FromMilliseconds(50);

    [Fact]
    public Task It_sends_each_kind_it_declares() => InRunAsync(async run =>
    {
        var capabilities = run.Endpoint.CapabilitiesOf(run.Under.Destination);
        Assert.NotEqual(EventFeature.None, capabilities.Sends);
        var posted = run.Send("first", 0);
        await run.ArrivesThereAsync("first");
        await AssertTakenAsync(posted);
        if (capabilities.Sends.HasFlag(EventFeature.Data))
        {
            await AssertTakenAsync(run.Send(new DataReported(Payload.FromText("{\"a\":1}"), "application/json"), 1));
            await run.ArrivesThereAsync("{\"a\":1}");
        }

        foreach (var (feature, content) in Kinds(await posted))
        {
            if (capabilities.Sends.HasFlag(feature))
            {
                await AssertTakenAsync(run.Send(content, 2 + (int)feature));
            }
        }
    });

    [Fact]
    public Task It_carries_a_text_of_the_longest_length_it_declares() => InRunAsync(async run =>
    {
        var longest = Math.Min(run.Endpoint.CapabilitiesOf(run.Under.Destination).MaxTextLength, 100_000);
        Assert.InRange(longest, 1, int.MaxValue);
        var text = string.Concat(Enumerable.Repeat("abcdefghi ", (longest / 10) + 1))[..longest];
        await AssertTakenAsync(run.Send(text, 0));
        await run.ArrivesThereAsync(text);
    });

    [Fact]
    public Task It_transmits_pipelined_sends_in_the_order_of_the_calls() => InRunAsync(async run =>
    {
        var together = Math.Clamp(run.Endpoint.CapabilitiesOf(run.Under.Destination).InFlight, 1, 200);
        var sends = Enumerable.Range(0, together).Select(i => run.Send($"n{i}", i)).ToList();
        foreach (var send in sends)
        {
            await AssertTakenAsync(send);
        }

        await run.UntilAsync(() => run.Under.Transmitted.Count >= together);
        Assert.Equal(Enumerable.Range(0, together).Select(i => $"n{i}"), run.Under.Transmitted);
    });

    [Fact]
    public Task It_hands_over_what_arrives_in_order() => InRunAsync(async run =>
    {
        for (var i = 0; i < 20; i++)
        {
            await run.Under.ArrivesAsync($"in{i}");
        }

        await run.UntilAsync(() => run.Heard.Count >= 20);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"in{i}"), run.Heard);
    });

    [Fact]
    public Task It_hands_over_again_what_could_not_be_stored() => InRunAsync(async run =>
    {
        Assert.SkipUnless(run.Under.Redelivers, "this network does not repeat what was not acknowledged");
        run.Inbox.Failing = true;
        await run.Under.ArrivesAsync("important");
        await run.UntilAsync(() => run.Inbox.Failed > 0);
        Assert.Empty(run.Heard);
        run.Inbox.Failing = false;
        await run.UntilAsync(() => run.Heard.Contains("important"));
        await run.Under.ArrivesAsync("next");
        await run.UntilAsync(() => run.Heard.Contains("next"));
    });

    [Fact]
    public Task It_survives_a_dropped_connection() => InRunAsync(async run =>
    {
        var runs = run.Runs;
        await run.Under.DropConnectionAsync();
        await run.UntilAsync(() => run.Runs > runs);
        await run.ConnectedAsync();
        await AssertTakenAsync(run.Send("after", 0));
        await run.ArrivesThereAsync("after");
        await run.Under.ArrivesAsync("heard after");
        await run.UntilAsync(() => run.Heard.Contains("heard after"));
    });

    [Fact]
    public Task It_stops_within_five_seconds_and_hands_over_nothing_afterwards() => InRunAsync(async run =>
    {
        await run.Under.ArrivesAsync("before");
        await run.UntilAsync(() => run.Heard.Contains("before"));
        Assert.True(await run.StopAsync(TimeSpan.FromSeconds(5)), "RunAsync did not return within 5 s of stopping");
        await run.TryAsync(() => run.Under.ArrivesAsync("too late"));
        await ConformanceRun.QuietAsync();
        Assert.DoesNotContain("too late", run.Heard);
        Assert.Equal(0, run.Inbox.Late);
    });

    [Fact]
    public Task It_commits_state_with_the_batch_it_belongs_to() => InRunAsync(async run =>
    {
        await run.Under.ArrivesAsync("one");
        await run.UntilAsync(() => run.Heard.Contains("one"));

        // A second life over the same committed state neither loses nor repeats what was stored.
        Assert.True(await run.StopAsync(TimeSpan.FromSeconds(5)));
        run.Start();
        await run.ConnectedAsync();
        await run.Under.ArrivesAsync("two");
        await run.UntilAsync(() => run.Heard.Contains("two"));
        Assert.Equal(["one", "two"], run.Heard);
    });

    [Fact]
    public Task It_prints_no_text_address_or_secret() => InRunAsync(async run =>
    {
        const string canary = "canary7Q9x";
        await run.Send(canary, 0);
        await run.Under.ArrivesAsync(canary);
        await run.UntilAsync(() => run.Heard.Contains(canary));
        await run.Under.DropConnectionAsync();
        await run.TryAsync(async () => await run.Send(canary, 1));
        await run.ConnectedAsync();
        await run.StopAsync(TimeSpan.FromSeconds(5));
        foreach (var hidden in run.Under.Secrets.Append(canary).Append(run.Under.Destination.Rest).Append(run.Under.Destination.Full))
        {
            Assert.DoesNotContain(hidden, run.Printed, StringComparison.Ordinal);
        }
    });

    /// <summary>Kinds that refer to what was sent; skipped when the network gave it no id.</summary>
    private static IEnumerable<(EventFeature Feature, BridgeEvent Content)> Kinds(SendResult posted)
    {
        var ids = posted switch { SendResult.Delivered delivered => delivered.Ids, SendResult.Accepted accepted => accepted.Ids, _ => [] };
        if (ids.Count > 0)
        {
            yield return (EventFeature.Edit, new MessageEdited(ids[0], new MessageText("edited")));
            yield return (EventFeature.Reaction, new ReactionChanged(ids[0], new MessageText("👍")));
            yield return (EventFeature.Receipt, new ReceiptReported(ids[0], Read: true));
            yield return (EventFeature.Delete, new MessageDeleted(ids[0]));
        }

        yield return (EventFeature.Typing, new TypingChanged(true));
        yield return (EventFeature.Conversation, new ConversationChanged(new MessageText("name")));
        yield return (EventFeature.Location, new MessagePosted([new LocationPart(52.5, 13.4)]));
        yield return (EventFeature.Contact, new MessagePosted([new ContactPart(new MessageText("Al"), new MessageText("+4930"))]));
    }

    private static async Task AssertTakenAsync(Task<SendResult> send)
    {
        var result = await send;
        Assert.True(result is SendResult.Delivered or SendResult.Accepted, $"the endpoint answered {result}");
    }

    private async Task InRunAsync(Func<ConformanceRun, Task> test)
    {
        await using var run = new ConformanceRun(Patience, Backoff);
        await run.BeginAsync(await StartAsync(run.Context));
        await test(run);
    }
}
