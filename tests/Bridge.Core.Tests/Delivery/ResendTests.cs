using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class ResendTests
{
    private static readonly EndpointCapabilities s_unsafe = new() { Sends = EventFeature.Text, Resend = new ResendClass.Unsafe(), MaxTextLength = 10 };
    private static readonly EndpointCapabilities s_keyed = s_unsafe with { Resend = new ResendClass.Keyed(TimeSpan.FromMinutes(30)) };

    [Fact]
    public async Task An_unsafe_send_is_committed_as_handing_over_before_the_first_byte_leaves()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_unsafe, Holding = true });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.SettleAsync();
        Assert.Single(rig.Endpoint.Held);
        Assert.Equal(DeliveryState.HandingOver, await rig.StateAsync(id));
        rig.Endpoint.Held[0].Answer(new SendResult.Delivered());
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }

    [Fact]
    public async Task An_unsafe_send_does_not_leave_while_handing_over_cannot_be_stored()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_unsafe });
        rig.Disconnect();
        await rig.StartAsync();
        await rig.OwesAsync("hello");
        rig.Store.Failure = new StoreException("full");
        rig.Connect();
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Empty(rig.SentTexts);
        rig.Store.Failure = null;
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["hello"], rig.SentTexts);
    }

    [Fact]
    public async Task A_crash_while_handing_over_is_uncertain_and_never_sent_again_by_itself()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_unsafe, Holding = true });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.SettleAsync();
        await rig.RestartAsync();
        await rig.PassAsync(TimeSpan.FromHours(2));
        Assert.Equal(DeliveryState.Uncertain, await rig.StateAsync(id));
        Assert.Single(rig.SentTexts);
        Assert.Equal(1, rig.Counted("delivery.uncertain"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_unknown_outcome_of_an_unsafe_send_is_uncertain_unless_the_rule_says_to_retry(bool retry)
    {
        var answers = new Queue<SendResult?>([null, new SendResult.Delivered()]);
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_unsafe, Answer = _ => answers.Dequeue() ?? throw new IOException("secret") });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello", with: c => c with { RetryUncertain = retry });
        var next = await rig.OwesAsync("next");
        answers.Enqueue(new SendResult.Delivered());
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(retry ? DeliveryState.Delivered : DeliveryState.Uncertain, await rig.StateAsync(id));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(next));
        Assert.DoesNotContain((await rig.ProgressAsync(id)).Steps, step => step.What.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Within_its_window_a_keyed_send_is_repeated_with_the_same_key()
    {
        var answers = new Queue<SendResult?>([null, new SendResult.Delivered([new NativeId("e1")])]);
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_keyed, Answer = _ => answers.Dequeue() ?? throw new IOException() });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
        Assert.Single(rig.Endpoint.Sent.Select(sent => sent.Key).Distinct());
    }

    [Theory]
    [InlineData("found", DeliveryState.Delivered, 1)]
    [InlineData("not sent", DeliveryState.Delivered, 2)]
    [InlineData("cannot tell", DeliveryState.Uncertain, 1)]
    public async Task Beyond_its_window_the_network_is_asked(string answer, DeliveryState becomes, int sends)
    {
        var first = true;
        var endpoint = new FindingFakeEndpoint
        {
            Capabilities = s_keyed,
            Find = _ => answer switch { "found" => [new NativeId("e1")], "not sent" => [], _ => null },
        };
        await using var rig = new DeliveryRig(endpoint);
        endpoint.Answer = _ =>
        {
            if (!first)
            {
                return new SendResult.Delivered();
            }

            first = false;
            rig.Disconnect();
            throw new IOException();
        };
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.PassAsync(TimeSpan.FromMinutes(31));
        rig.Connect();
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(becomes, await rig.StateAsync(id));
        Assert.Equal(sends, rig.Endpoint.Sent.Count);
    }

    [Theory]
    [InlineData("found", 1)]
    [InlineData("not sent", 2)]
    [InlineData("cannot tell", 2)]
    public async Task Within_its_window_the_network_is_asked_first_and_the_key_decides_when_it_cannot_tell(string answer, int sends)
    {
        var asked = 0;
        var endpoint = new FindingFakeEndpoint
        {
            Capabilities = s_keyed,
            Find = _ =>
            {
                asked++;
                return answer switch { "found" => [new NativeId("e1")], "not sent" => [], _ => null };
            },
        };
        await using var rig = new DeliveryRig(endpoint);
        endpoint.Answer = _ => endpoint.Sent.Count == 1 ? throw new IOException() : new SendResult.Delivered();
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
        Assert.Equal((1, sends), (asked, rig.Endpoint.Sent.Count));
        Assert.Single(rig.Endpoint.Sent.Select(sent => sent.Key).Distinct());
    }

    [Fact]
    public async Task A_network_that_does_not_answer_is_asked_again_and_nothing_is_uncertain()
    {
        var asked = 0;
        await using var rig = new DeliveryRig(new FindingFakeEndpoint
        {
            Capabilities = s_keyed with { Resend = new ResendClass.Keyed(TimeSpan.Zero) },
            Answer = _ => throw new IOException(),
            Find = _ => ++asked < 3 ? throw new IOException("away") : [new NativeId("e1")],
        });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
        Assert.Equal((1, 3), (rig.Endpoint.Sent.Count, asked));
    }

    [Fact]
    public async Task After_a_restart_only_the_head_of_a_keyed_lane_is_in_doubt()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_keyed, Holding = true });
        await rig.StartAsync();
        var head = await rig.OwesAsync("head");
        var next = await rig.OwesAsync("next");
        await rig.SettleAsync();
        rig.Disconnect();
        rig.Clock.Advance(TimeSpan.FromMinutes(45));
        rig.Endpoint.Holding = false;
        await rig.RestartAsync();
        rig.Connect();
        await rig.SettleAsync();
        Assert.Equal(DeliveryState.Uncertain, await rig.StateAsync(head));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(next));
    }

    [Fact]
    public async Task A_lane_waits_for_the_disk_after_four_sends_and_a_restart_asks_about_each_of_them_before_it_sends_it_again()
    {
        List<string> asked = [];
        await using var rig = new DeliveryRig(new FindingFakeEndpoint
        {
            Capabilities = s_keyed with { MayEcho = false },
            Find = outbound =>
            {
                asked.Add(DeliveryRig.TextOf(outbound));
                return asked.Count == 3 ? [] : [new NativeId($"e{asked.Count}")];
            },
        });
        rig.Disconnect();
        await rig.StartAsync();
        DeliveryId last = default;
        for (var number = 1; number <= 6; number++)
        {
            last = await rig.OwesAsync($"{number}");
        }

        rig.Store.Failure = new StoreException("full");
        rig.Connect();
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(["1", "2", "3", "4"], rig.SentTexts);
        rig.Store.Failure = null;
        await rig.RestartAsync();
        Assert.Equal(["1", "2", "3", "4"], asked);
        Assert.Equal(["1", "2", "3", "4", "3", "5", "6"], rig.SentTexts);
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(last));
    }

    [Fact]
    public async Task A_keyed_delivery_that_expires_in_doubt_is_uncertain()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_keyed, Answer = _ => throw new IOException() });
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello", with: c => c with { Expires = c.OccurredAt.AddMinutes(1) });
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(DeliveryState.Uncertain, await rig.StateAsync(id));
    }

    [Fact]
    public async Task A_harmless_send_is_repeated_after_a_crash_with_the_same_key()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Holding = true });
        await rig.StartAsync();
        await rig.OwesAsync("hello");
        await rig.SettleAsync();
        rig.Endpoint.Holding = false;
        await rig.RestartAsync();
        Assert.Equal(2, rig.Endpoint.Sent.Count);
        Assert.Single(rig.Endpoint.Sent.Select(sent => sent.Key).Distinct());
    }

    [Fact]
    public async Task Harmless_results_share_a_commit()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_unsafe with { Resend = new ResendClass.Harmless() } });
        await rig.StartAsync();
        var before = rig.Store.Commits;
        DeliveryId last = default;
        for (var i = 0; i < 100; i++)
        {
            last = await rig.OwesAsync($"{i}");
        }

        await rig.SettleAsync();
        Assert.Equal(before + 100, rig.Store.Commits);
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(last));
        Assert.Equal(before + 101, rig.Store.Commits);
    }

    [Fact]
    public async Task Keys_differ_by_event_part_address_and_route()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_keyed });
        await rig.StartAsync();
        var arrival = rig.Arrived(MessagePosted.Of("two parts here"));
        await rig.CommitAsync(arrival, c => c, "room", false);
        await rig.CommitAsync(arrival, c => c, "other", false);
        await rig.CommitAsync(arrival, c => c with { Route = "second" }, "room", false);
        await rig.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(6, rig.Endpoint.Sent.Select(sent => sent.Key).Distinct().Count());
    }
}
