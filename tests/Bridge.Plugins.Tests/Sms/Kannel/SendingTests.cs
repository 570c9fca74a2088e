using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Kannel;

public sealed class SendingTests
{
    [Theory]
    [InlineData("0", "Grüße für 5 €")]
    [InlineData("2", "Привет 😀")]
    [InlineData("2", "ç")]
    public async Task A_short_text_is_one_message_in_the_coding_it_needs(string coding, string text)
    {
        await using var sms = await RunningSms.StartAsync();
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of(text)));
        var taken = Assert.Single(sms.Kannel.All);
        Assert.Equal(("+4915112345678", "+4915100000000", text, coding, null), (taken.To, taken.From, taken.Text, taken.Coding, taken.Header));
    }

    [Theory]
    [InlineData("A", 400, 3)]
    [InlineData("€", 200, 3)]
    [InlineData("я", 150, 3)]
    [InlineData("😀", 60, 2)]
    [InlineData("👨‍👩‍👧‍👦", 14, 3)]
    public async Task A_long_text_arrives_whole_in_parts_that_carry_one_reference_and_their_numbers(string piece, int times, int parts)
    {
        await using var sms = await RunningSms.StartAsync();
        var text = string.Concat(Enumerable.Repeat(piece, times));
        await sms.Send(sms.Of("first, and longer than one part holds: " + new string('x', 160)));
        var outbound = sms.Of(text);
        Assert.Equal(parts, sms.Endpoint.UnitsOf(outbound));
        await sms.Send(outbound);
        Assert.Equal(text, sms.Kannel.Messages[1]);
        var headers = sms.Kannel.All.Select(taken => taken.Header!).ToList();
        Assert.Equal(Enumerable.Range(1, parts).Select(i => $"{parts:x2}{i:x2}"), headers.Skip(2).Select(header => header[8..]));
        Assert.Equal(2, headers.Select(header => header[..8]).Distinct().Count());
        Assert.All(headers, header => Assert.StartsWith("050003", header, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(202, "0: Accepted for delivery", "Accepted")]
    [InlineData(202, "3: Queued for later delivery", "Accepted")]
    [InlineData(202, "a captive portal", "Uncertain")]
    [InlineData(400, "Sender missing and no global set, rejected", "Refused")]
    [InlineData(403, "Authorization failed for sendsms", "Deferred")]
    [InlineData(404, "Unknown request.", "Deferred")]
    [InlineData(503, "Service unavailable", "Deferred")]
    [InlineData(500, "Sending failed.", "Uncertain")]
    [InlineData(502, "a proxy", "Uncertain")]
    public async Task Each_answer_means_what_it_says_for_the_message(int status, string body, string result)
    {
        await using var sms = await RunningSms.StartAsync();
        sms.Kannel.Answer(status, body);
        Assert.Equal(result, (await sms.Send(sms.Of("x"))).GetType().Name);
    }

    [Fact]
    public async Task A_connection_that_is_not_made_brought_nothing_out_and_a_lost_one_may_have()
    {
        await using var sms = await RunningSms.StartAsync();
        sms.Kannel.Instead = context =>
        {
            context.Abort();
            return Task.FromResult(true);
        };
        Assert.IsType<SendResult.Uncertain>(await sms.Send(sms.Of("x")));
        await sms.Kannel.CloseAsync();
        Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("x")));
        await sms.Kannel.OpenAsync();
    }

    [Fact]
    public async Task Without_an_answer_in_time_the_outcome_is_unclear()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSms.StartAsync(clock: clock);
        var arrived = new TaskCompletionSource();
        sms.Kannel.Instead = async context =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        var sending = sms.Send(sms.Of("x"));
        await arrived.Task;
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.IsType<SendResult.Uncertain>(await sending);
    }

    [Fact]
    public async Task What_is_out_is_not_sent_again_when_the_rest_had_to_wait_even_by_another_process()
    {
        await using var sms = await RunningSms.StartAsync();
        var text = new string('A', 400);
        sms.Kannel.Answer(503, times: 1, after: 1);
        var outbound = sms.Of(text);
        Assert.IsType<SendResult.Deferred>(await sms.Send(outbound));
        Assert.Single(sms.Kannel.All);
        await sms.RestartAsync();
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        Assert.Equal(text, Assert.Single(sms.Kannel.Messages));
        Assert.Single(sms.Kannel.All.Select(taken => taken.Header![..8]).Distinct());
        Assert.Empty(sms.Memory.State);
    }

    [Theory]
    [InlineData(true, true)] // as many parts, and each begins in another way
    [InlineData(false, false)] // more parts
    public async Task The_rest_of_a_message_that_would_be_cut_in_another_way_by_now_is_refused(bool transliterates, bool isWide)
    {
        var text = string.Concat(Enumerable.Range(0, 60).Select(number => $"“{number}” "));
        await using var sms = await RunningSms.StartAsync(options => options with { Transliterate = true });
        var message = sms.Of(text);
        sms.Kannel.Answer(503, "Temporal failure, try again later.", after: 1);
        Assert.IsType<SendResult.Deferred>(await sms.Send(message));
        var before = sms.Kannel.All.Count;
        await sms.RestartAsync(options => options with { Transliterate = transliterates, WideReferences = isWide });
        var refused = Assert.IsType<SendResult.Refused>(await sms.Send(message));
        Assert.StartsWith("1 of its ", refused.Why, StringComparison.Ordinal);
        Assert.Equal(before, sms.Kannel.All.Count);

        await sms.RestartAsync(options => options with { Transliterate = true, WideReferences = false });
        Assert.IsType<SendResult.Accepted>(await sms.Send(message));
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_unclear()
    {
        await using var sms = await RunningSms.StartAsync();
        sms.Kannel.Answer(503, times: 1, after: 1);
        sms.Memory.BeforeCommit = _ => throw new IOException("the store failed");
        Assert.IsType<SendResult.Uncertain>(await sms.Send(sms.Of(new string('A', 400))));
    }

    [Theory]
    [InlineData("+4915112345678", "+4915112345678")]
    [InlineData("0151 12345678", null)]
    [InlineData("12345", "12345")]
    [InlineData("ACME", null)]
    [InlineData("nobody at all", null)]
    public async Task Only_numbers_can_be_sent_to(string to, string? sent)
    {
        await using var sms = await RunningSms.StartAsync();
        Assert.Equal(sent is null ? typeof(SendResult.Refused) : typeof(SendResult.Accepted), (await sms.Send(sms.Of("x", to))).GetType());
        Assert.Equal(sent, sms.Kannel.All.SingleOrDefault()?.To);
    }

    [Fact]
    public async Task An_end_of_use_is_the_validity_in_minutes_rounded_up()
    {
        await using var sms = await RunningSms.StartAsync();
        await sms.Send(sms.Of("x") with { Expires = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(90) });
        Assert.Equal("2", Assert.Single(sms.Kannel.All).Validity);
    }

    [Fact]
    public async Task Without_a_callback_nothing_is_reported_and_what_Kannel_takes_is_delivered()
    {
        await using var sms = await RunningSms.StartAsync(options => options with { Driver = options.Driver! with { Callback = null } });
        Assert.IsType<SendResult.Delivered>(await sms.Send(sms.Of("x")));
        Assert.Null(Assert.Single(sms.Kannel.All).ReportUrl);
    }

    [Fact]
    public async Task A_wrong_password_is_said_at_once_and_not_shown()
    {
        await using var sms = await RunningSms.StartAsync(options => options with { Driver = options.Driver! with { Password = new Secret("canary-wrong") } });
        Assert.Contains("driver.password", sms.Failures[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", sms.Failures[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_centre_that_is_away_stops_nothing_and_is_told()
    {
        await using var sms = await RunningSms.StartAsync();
        sms.Kannel.IsOnline = false;
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        sms.Kannel.Answer(403); // makes the endpoint look
        await sms.Send(sms.Of("x"));
        await sms.UntilAsync(() => sms.Impairments.Count > 0);
        Assert.Contains("no connection to the network", sms.Impairments[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_sends_nothing_and_says_what_it_found()
    {
        await using var sms = await RunningSms.StartAsync();
        Assert.Contains("has a connection", Assert.IsType<ProbeResult.Works>(await sms.Endpoint.ProbeAsync(TestContext.Current.CancellationToken)).Found, StringComparison.Ordinal);
        sms.Kannel.IsOnline = false;
        await Assert.ThrowsAsync<IOException>(async () => await sms.Endpoint.ProbeAsync(TestContext.Current.CancellationToken));
        Assert.Empty(sms.Kannel.All);
    }
}
