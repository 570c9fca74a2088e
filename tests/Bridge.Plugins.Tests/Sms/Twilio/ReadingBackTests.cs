using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Twilio;

public sealed class ReadingBackTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(5);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task What_came_while_Bridge_was_away_is_read_in_order_and_named_as_in_a_call()
    {
        await using var sms = await RunningTwilio.StartAsync(
            before: twilio => twilio.Receive("SM0", "+4915100000012", "before the first start", Now.AddHours(-1)));
        await sms.UntilAsync(() => sms.Twilio.Listings > 0);
        await sms.Send(sms.Of("ours"));
        await sms.Message("+4915100000012", "called", "SM1");
        sms.Twilio.Receive("SM1", "+4915100000012", "called", Now);
        for (var i = 2; i < 150; i++)
        {
            sms.Twilio.Receive($"SM{i}", "0151 00000012", $"{i}", Now.AddSeconds(i), files: i == 149 ? 2 : 0);
        }

        await sms.RestartAsync();
        await sms.UntilAsync(() => sms.Heard.Count >= 150);
        Assert.Equal(["called", "called", .. Enumerable.Range(2, 147).Select(i => $"{i}"), "149\n[2 attached]"], sms.Heard.Select(TextOf));
        Assert.Single(sms.Heard.Take(2).Select(heard => heard.NativeId!.Value.Value).Distinct()); // so Core drops one
        Assert.Equal("+4915100000012", sms.Heard[149].Address.Rest);
        Assert.InRange((sms.Heard[149].OccurredAt!.Value - Now).TotalSeconds, 100, 150);
    }

    [Fact]
    public async Task It_is_read_again_now_and_then_and_each_message_is_handed_over_once()
    {
        var clock = new ManualClock();
        await using var sms = await RunningTwilio.StartAsync(
            clock: clock, before: twilio => twilio.Receive("SM1", "+4915100000012", "one", clock.GetUtcNow()));
        await sms.UntilAsync(() => sms.Heard.Count > 0);
        sms.Twilio.Receive("SM2", "+4915100000012", "two", clock.GetUtcNow());
        await sms.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return sms.Heard.Any(heard => TextOf(heard) == "two");
        });
        Assert.Equal(["one", "two"], sms.Heard.Select(TextOf).Distinct());
        Assert.Equal(2, sms.Heard.Count);
    }

    [Fact]
    public async Task A_new_connection_brings_what_came_meanwhile_and_no_file_a_second_time()
    {
        await using var sms = await RunningTwilio.StartAsync(before: twilio =>
        {
            twilio.Keep("MM1", "ME1", "image/jpeg", [1, 2, 3]);
            twilio.Receive("MM1", "+4915100000012", "one", Now, files: 1);
        });
        await sms.UntilAsync(() => sms.Heard.Count > 0);
        sms.Twilio.Receive("SM2", "+4915100000012", "two", Now);
        await ReconnectAsync(sms);
        await sms.UntilAsync(() => sms.Heard.Count > 1);
        Assert.Equal(["one", "two"], sms.Heard.Select(TextOf));
    }

    [Fact]
    public async Task Of_an_account_that_others_use_too_only_what_came_to_our_service_or_a_number_we_were_called_about_is_read()
    {
        const string Service = "MG0123456789abcdef0123456789abcdef";
        await using var sms = await RunningTwilio.StartAsync(
            driver => driver with { Service = Service }, options => options with { Sender = null },
            before: twilio =>
            {
                twilio.Receive("SM1", "+4915100000012", "to our service", Now, service: Service);
                twilio.Receive("SM2", "+4915100000012", "to another program", Now, to: "+4915100000055");
                twilio.Receive("SM3", "+4915100000012", "to a number of ours", Now);
            });
        await sms.UntilAsync(() => sms.Heard.Count > 0);
        Assert.Equal(["to our service"], sms.Heard.Select(TextOf));
        await sms.Message("+4915100000012", "called", "SM4");
        await ReconnectAsync(sms);
        await sms.UntilAsync(() => sms.Heard.Count > 2);
        Assert.Equal(["to our service", "called", "to a number of ours"], sms.Heard.Select(TextOf));
    }

    [Fact]
    public async Task What_came_while_the_machine_slept_for_hours_is_read()
    {
        var awake = new ManualClock();
        var clock = new SleepingClock(awake);
        await using var sms = await RunningTwilio.StartAsync(
            clock: clock, before: twilio => twilio.Receive("SM1", "+4915100000012", "one", clock.GetUtcNow().AddHours(1)));
        await sms.UntilAsync(() => sms.Heard.Count == 1 && awake.IsDueIn(s_interval));
        sms.Twilio.Receive("SM2", "+4915100000012", "two", clock.GetUtcNow().AddHours(1));
        clock.Slept = TimeSpan.FromHours(5);
        awake.Advance(s_interval);
        await sms.UntilAsync(() => sms.Twilio.Listings == 2 && awake.IsDueIn(s_interval));
        Assert.Equal(["one", "two"], sms.Heard.Select(TextOf));
    }

    [Fact]
    public async Task Files_that_are_not_shown_at_the_moment_are_waited_for_and_nothing_is_handed_over_twice()
    {
        var clock = new ManualClock();
        var isShown = false;
        await using var sms = await StartWithFileAsync(clock, () => isShown);
        await sms.UntilAsync(() => sms.Impairment is not null && clock.IsDueIn(s_interval));
        Assert.Equal("Twilio does not show what is attached to a message", sms.Impairment);
        Assert.Equal(["one"], sms.Heard.Select(TextOf));

        isShown = true;
        clock.Advance(s_interval);
        await sms.UntilAsync(() => sms.Impairment is null);
        Assert.Equal(["one", "two", "three"], sms.Heard.Select(TextOf));
        Assert.IsType<AttachmentPart>(((MessagePosted)sms.Heard[1].Event).Parts[1]);
    }

    [Fact]
    public async Task Files_that_are_not_shown_hold_back_what_came_later_for_a_quarter_of_an_hour()
    {
        var clock = new ManualClock();
        await using var sms = await StartWithFileAsync(clock, isShown: () => false);
        for (var looks = 1; looks <= 3; looks++)
        {
            await sms.UntilAsync(() => sms.Twilio.Listings == looks && clock.IsDueIn(s_interval));
            Assert.Equal(["one"], sms.Heard.Select(TextOf));
            clock.Advance(s_interval);
        }

        await sms.UntilAsync(() => sms.Impairment is null);
        Assert.Equal(["one", "two\n[1 attached]", "three"], sms.Heard.Select(TextOf));
        Assert.Equal(1, sms.Memory.Dropped["the files of a message, which Twilio did not show for a quarter of an hour"]);
    }

    [Fact]
    public async Task A_list_that_is_not_shown_is_told_and_sending_goes_on()
    {
        await using var sms = await RunningTwilio.StartAsync(before: twilio => twilio.Instead = async context =>
        {
            if (!context.Request.Query.ContainsKey("DateSent>"))
            {
                return false;
            }

            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("no");
            return true;
        });
        await sms.UntilAsync(() => sms.Impairments.Count > 0);
        Assert.Equal("Twilio does not show what came in", sms.Impairments[0]);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
    }

    [Fact]
    public async Task A_list_that_leads_elsewhere_or_nowhere_is_not_followed()
    {
        var random = new Random(518);
        string[] seeds =
        [
            """{"messages":[{"sid":"SM1","direction":"inbound","from":"+4915100000012","body":"x","num_media":"1","date_sent":"soon"},null],"next_page_uri":"https://example.com/"}""",
            """{"messages":[{"direction":"inbound"}],"next_page_uri":"@example.com/2010-04-01/Accounts"}""",
            """{"messages":null,"next_page_uri":3}""",
        ];
        await using var sms = await RunningTwilio.StartAsync(before: twilio => twilio.Instead = async context =>
        {
            var answer = seeds[random.Next(seeds.Length)].ToCharArray();
            answer[random.Next(answer.Length)] = (char)random.Next(32, 127);
            await context.Response.WriteAsync(new string(answer));
            return true;
        });
        for (var i = 0; i < 100; i++)
        {
            await sms.RestartAsync();
        }

        Assert.Empty(sms.Failures);
    }

    private static async Task ReconnectAsync(RunningTwilio sms)
    {
        var (connections, failures) = (sms.Connections, sms.Failures.Count);
        await sms.Twilio.CloseAsync();
        await sms.Send(sms.Of("x")); // and so it is noticed
        await sms.UntilAsync(() => sms.Failures.Count > failures);
        await sms.Twilio.OpenAsync();
        await sms.UntilAsync(() => sms.Connections > connections);
    }

    /// <summary>Three messages came in, of which the second has a file.</summary>
    private static Task<RunningTwilio> StartWithFileAsync(ManualClock clock, Func<bool> isShown) =>
        RunningTwilio.StartAsync(clock: clock, before: twilio =>
        {
            twilio.Receive("SM1", "+4915100000012", "one", clock.GetUtcNow());
            twilio.Receive("MM2", "+4915100000012", "two", clock.GetUtcNow().AddSeconds(1), files: 1);
            twilio.Keep("MM2", "ME1", "image/jpeg", [1, 2, 3]);
            twilio.Receive("SM3", "+4915100000012", "three", clock.GetUtcNow().AddSeconds(2));
            twilio.Instead = context =>
            {
                var isRefused = context.Request.Path.Value!.EndsWith("/Media.json", StringComparison.Ordinal) && !isShown();
                context.Response.StatusCode = isRefused ? 503 : 200;
                return Task.FromResult(isRefused);
            };
        });

    private static string TextOf(Inbound inbound) => ((TextPart)Assert.IsType<MessagePosted>(inbound.Event).Parts[0]).Text.Value;

    /// <summary>Of a machine that can sleep: the time of day goes on then, and what is waited for does not.</summary>
    private sealed class SleepingClock(ManualClock awake) : TimeProvider
    {
        public TimeSpan Slept { get; set; }

        public override TimeZoneInfo LocalTimeZone => awake.LocalTimeZone;

        public override long TimestampFrequency => awake.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => awake.GetUtcNow() + Slept;

        public override long GetTimestamp() => awake.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            awake.CreateTimer(callback, state, dueTime, period);
    }
}
