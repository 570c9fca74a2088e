using Bridge.Abstractions;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Twilio;

public sealed class SendingTests
{
    [Fact]
    public async Task A_text_goes_whole_while_its_parts_are_counted_and_is_written_plainly_where_that_saves_some()
    {
        await using var sms = await RunningTwilio.StartAsync();
        var text = string.Concat(Enumerable.Repeat("Привет 😀 & 100% ", 12));
        var outbound = sms.Of(text);
        Assert.Equal(4, sms.Endpoint.UnitsOf(outbound));
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        await sms.Send(sms.Of("“quoted” – and so on…" + new string('x', 100)));
        Assert.Equal([text, "\"quoted\" - and so on..." + new string('x', 100)], sms.Twilio.All.Select(taken => taken.Text));
        Assert.Equal(["Body", "From", "StatusCallback", "To"], sms.Twilio.All[0].Fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("+4915112345678", "+4915100000000"), (sms.Twilio.All[0].To, sms.Twilio.All[0].From));
        Assert.Equal($"{RunningTwilio.Callback}/report?key={outbound.Key.Value}", sms.Twilio.All[0].Callback);
    }

    [Fact]
    public async Task The_longest_text_that_may_be_given_is_taken()
    {
        await using var sms = await RunningTwilio.StartAsync(changeAll: options => options with { MaxSegments = 24 });
        var longest = sms.Endpoint.CapabilitiesOf(sms.Of("x").To).MaxTextLength;
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of(new string('я', longest))));
        Assert.IsType<ResendClass.Unsafe>(sms.Endpoint.CapabilitiesOf(sms.Of("x").To).Resend);
    }

    [Fact]
    public async Task A_service_chooses_the_sender_and_an_API_key_stands_for_the_account()
    {
        await using var sms = await RunningTwilio.StartAsync(
            driver => driver with
            {
                Username = TwilioDouble.Key, Password = new Secret(TwilioDouble.KeySecret), Account = TwilioDouble.Account,
                Secret = new Secret(TwilioCalls.Token), Service = "MG0123456789abcdef0123456789abcdef",
            },
            options => options with { Sender = null });
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        Assert.Equal((null, "MG0123456789abcdef0123456789abcdef"), (sms.Twilio.All[0].From, sms.Twilio.All[0].Fields["MessagingServiceSid"]));
        Assert.Equal(200, (await sms.Report(sms.Twilio.All[0], "delivered")).Status);
        Assert.Single(sms.Reported);
    }

    [Fact]
    public async Task What_expires_says_so_to_Twilio_as_far_as_it_goes()
    {
        await using var sms = await RunningTwilio.StartAsync();
        foreach (var life in (TimeSpan[])[TimeSpan.FromHours(1), TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(2)])
        {
            await sms.Send(sms.Of("x") with { Expires = TimeProvider.System.GetUtcNow() + life });
        }

        var lives = sms.Twilio.All.Select(taken => taken.Fields.GetValueOrDefault("ValidityPeriod")).ToList();
        Assert.InRange(int.Parse(lives[0]!), 3590, 3600);
        Assert.Equal(["5", null], lives[1..]);
    }

    [Fact]
    public async Task Without_a_place_to_call_it_is_delivered_when_Twilio_has_it()
    {
        await using var sms = await RunningTwilio.StartAsync(driver => driver with { Callback = null });
        Assert.IsType<SendResult.Delivered>(await sms.Send(sms.Of("x")));
        Assert.Null(sms.Twilio.All[0].Callback);
        Assert.Equal(404, (await sms.Message("+4915100000012", "x")).Status);
    }

    [Theory]
    [InlineData(201, null, "Uncertain")]
    [InlineData(200, null, "Uncertain")]
    [InlineData(400, null, "Refused")]
    [InlineData(401, null, "Deferred")]
    [InlineData(401, 20003, "Deferred")]
    [InlineData(403, 20005, "Deferred")]
    [InlineData(403, 21408, "Refused")]
    [InlineData(404, 20404, "Deferred")]
    [InlineData(404, null, "Deferred")]
    [InlineData(408, null, "Uncertain")]
    [InlineData(429, 20429, "Deferred")]
    [InlineData(429, null, "Deferred")]
    [InlineData(400, 21211, "Refused")]
    [InlineData(400, 21614, "Refused")]
    [InlineData(400, 21610, "Refused")]
    [InlineData(400, 21611, "Deferred")]
    [InlineData(400, 21608, "Refused")]
    [InlineData(400, 29999, "Refused")]
    [InlineData(500, 20500, "Uncertain")]
    [InlineData(502, null, "Uncertain")]
    [InlineData(503, null, "Uncertain")]
    [InlineData(503, 20503, "Deferred")]
    [InlineData(504, null, "Uncertain")]
    public async Task Each_answer_means_what_it_says_for_the_message(int status, int? code, string result)
    {
        await using var sms = await RunningTwilio.StartAsync();
        sms.Twilio.Answer(status, code is { } number ? TwilioDouble.Error(status, number) : "<html>a proxy</html>");
        var said = await sms.Send(sms.Of("x"));
        Assert.Equal(result, said.GetType().Name);
        Assert.DoesNotContain("canary", said.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("+49", said.ToString(), StringComparison.Ordinal);
        if (said is SendResult.Refused refused)
        {
            Assert.NotEmpty(refused.Cure!);
            Assert.Contains($"{code ?? status}", refused.Why, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("30", 30)]
    [InlineData("99999999", 3600)]
    [InlineData("Fri, 31 Dec 1999 23:59:59 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public async Task Twilio_is_left_alone_for_as_long_as_it_says(string? retryAfter, int? seconds)
    {
        await using var sms = await RunningTwilio.StartAsync();
        sms.Twilio.Answer(429, TwilioDouble.Error(429, 20429), retryAfter);
        var deferred = Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("x")));
        Assert.Equal(seconds, (int?)deferred.After?.TotalSeconds);
        sms.Twilio.Instead = null;
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x"))); // nobody thinks that it is gone
        Assert.Equal(1, sms.Connections);
    }

    [Fact]
    public async Task Who_opted_out_is_told_with_what_he_can_do_and_the_next_message_goes()
    {
        await using var sms = await RunningTwilio.StartAsync();
        sms.Twilio.OptedOut.Add("+4915112345678");
        Assert.Contains("START", Assert.IsType<SendResult.Refused>(await sms.Send(sms.Of("x"))).Cure, StringComparison.Ordinal);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x", to: "+4915100000012")));
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("undelivered")]
    public async Task What_Twilio_names_and_drops_at_once_is_refused(string status)
    {
        await using var sms = await RunningTwilio.StartAsync();
        sms.Twilio.Answer(201, $$"""{"sid":"SM1","status":"{{status}}","error_code":30007}""");
        Assert.Contains("30007", Assert.IsType<SendResult.Refused>(await sms.Send(sms.Of("x"))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_answer_leaves_it_open_and_a_connection_that_is_not_made_does_not()
    {
        await using var sms = await RunningTwilio.StartAsync();
        sms.Twilio.LosesAnswers = true;
        Assert.IsType<SendResult.Uncertain>(await sms.Send(sms.Of("x")));
        Assert.Single(sms.Twilio.All);
        await sms.Twilio.CloseAsync();
        Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("x")));
        await sms.UntilAsync(() => sms.Failures.Count > 0); // it is looked after at once
        sms.Twilio.LosesAnswers = false;
        var connections = sms.Connections;
        await sms.Twilio.OpenAsync();
        await sms.UntilAsync(() => sms.Connections > connections);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        Assert.Equal(2, sms.Twilio.All.Count);
    }

    [Fact]
    public async Task A_wrong_token_another_account_and_something_else_at_the_address_are_told_apart()
    {
        await using var sms = await RunningTwilio.StartAsync(driver => driver with { Password = new Secret("wrong") });
        Assert.Contains("driver.password", sms.Failures[0].Message, StringComparison.Ordinal);
        await using var account = await RunningTwilio.StartAsync(driver => driver with
        {
            Username = TwilioDouble.Key, Password = new Secret(TwilioDouble.KeySecret), Account = "AC00000000000000000000000000000000", Callback = null,
        });
        Assert.Contains("driver.account", account.Failures[0].Message, StringComparison.Ordinal);
        await using var other = await RunningTwilio.StartAsync();
        other.Twilio.Instead = async context =>
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("nothing here");
            return true;
        };
        await other.Send(other.Of("x"));
        await other.UntilAsync(() => other.Failures.Count > 0);
        Assert.Contains("driver.url", other.Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_answered_nothing_breaks_but_the_connection()
    {
        var random = new Random(516);
        await using var sms = await RunningTwilio.StartAsync();
        string[] seeds = ["""{"sid":"SM1","status":"failed","error_code":30007,"code":20003}""", TwilioDouble.Error(400, 21211), "{}", "[]", "null", "\"\""];
        sms.Twilio.Instead = async context =>
        {
            var answer = seeds[random.Next(seeds.Length)].ToCharArray();
            for (var n = random.Next(4); n > 0; n--)
            {
                answer[random.Next(answer.Length)] = (char)random.Next(32, 256);
            }

            context.Response.StatusCode = random.Next(8) switch { 0 => 404, 1 => 500, 2 => 429, 3 => 400, _ => 200 };
            await context.Response.WriteAsync(new string(answer, 0, random.Next(answer.Length + 1)));
            return true;
        };
        for (var i = 0; i < 300; i++)
        {
            Assert.NotNull(await sms.Send(sms.Of("x")));
        }

        Assert.All(sms.Failures, failure => Assert.IsAssignableFrom<IOException>(failure));
    }
}
