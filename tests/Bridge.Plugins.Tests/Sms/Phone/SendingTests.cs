using Bridge.Abstractions;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Phone;

public sealed class SendingTests
{
    [Fact]
    public async Task A_text_goes_whole_and_under_our_id_while_its_parts_are_counted()
    {
        await using var sms = await RunningPhone.StartAsync(driver => driver with { Sim = 2 });
        var text = string.Concat(Enumerable.Repeat("Привет 😀 ", 20));
        var outbound = sms.Of(text);
        Assert.Equal(3, sms.Endpoint.UnitsOf(outbound));
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        var taken = Assert.Single(sms.Phone.All);
        Assert.Equal(("bridge-" + outbound.Key.Value, "+4915112345678", text), (taken.Id, taken.To, taken.Text));
        Assert.Equal("?skipPhoneValidation=true", taken.Query);
        Assert.Equal((PhoneDouble.Device, 2), ((string?)taken.Request["deviceId"], (int?)taken.Request["simNumber"]));
        Assert.Equal((true, null), ((bool?)taken.Request["withDeliveryReport"], (long?)taken.Request["ttl"]));
    }

    [Fact]
    public async Task A_text_is_written_plainly_where_that_saves_parts_and_is_refused_when_it_needs_too_many()
    {
        await using var sms = await RunningPhone.StartAsync();
        var rest = new string('x', 100);
        await sms.Send(sms.Of("“quoted” – and so on…" + rest));
        Assert.Equal("\"quoted\" - and so on..." + rest, sms.Phone.All[0].Text);
        Assert.IsType<SendResult.Refused>(await sms.Send(sms.Of(new string('я', 671))));
        Assert.IsType<SendResult.Refused>(await sms.Send(sms.Of("x", to: "ACME")));
        Assert.Single(sms.Phone.All);
    }

    [Fact]
    public async Task What_expires_says_so_to_the_phone()
    {
        await using var sms = await RunningPhone.StartAsync();
        await sms.Send(sms.Of("x") with { Expires = TimeProvider.System.GetUtcNow().AddHours(1) });
        await sms.Send(sms.Of("x") with { Expires = TimeProvider.System.GetUtcNow().AddMilliseconds(10) });
        Assert.InRange((long)sms.Phone.All[0].Request["ttl"]!, 3590, 3600);
        Assert.Equal(5, (long)sms.Phone.All[1].Request["ttl"]!);
    }

    [Theory]
    [InlineData(409, "{\"message\":\"Message with the same ID already exists\"}", "Accepted")]
    [InlineData(200, "<html>a captive portal</html>", "Uncertain")]
    [InlineData(202, "{\"id\":\"another\"}", "Uncertain")]
    [InlineData(400, "{\"message\":\"Invalid phone number\"}", "Refused")]
    [InlineData(400, "{\"message\":\"Invalid device ID\"}", "Deferred")]
    [InlineData(400, "{\"message\":\"failed to select device: record not found\"}", "Deferred")]
    [InlineData(401, "", "Deferred")]
    [InlineData(404, "", "Deferred")]
    [InlineData(408, "", "Uncertain")]
    [InlineData(429, "", "Deferred")]
    [InlineData(503, "{\"message\":\"queue limit exceeded\"}", "Deferred")]
    [InlineData(503, "<html>Service Unavailable</html>", "Uncertain")]
    [InlineData(500, "{\"message\":\"database is locked\"}", "Uncertain")]
    [InlineData(502, "a proxy", "Uncertain")]
    public async Task Each_answer_means_what_it_says_for_the_message(int status, string body, string result)
    {
        await using var sms = await RunningPhone.StartAsync();
        sms.Phone.Answer(status, body);
        Assert.Equal(result, (await sms.Send(sms.Of("x"))).GetType().Name);
        Assert.Equal(result, (await sms.Send(sms.Of("y")) is SendResult.Accepted ? result : "not there any more"));
    }

    [Fact]
    public async Task Of_a_repeat_the_phone_sends_one()
    {
        await using var sms = await RunningPhone.StartAsync();
        var outbound = sms.Of("once");
        Assert.Equal(TimeSpan.FromDays(1), Assert.IsType<ResendClass.Keyed>(sms.Endpoint.CapabilitiesOf(outbound.To).Resend).Window);
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        await sms.RestartAsync();
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        Assert.Single(sms.Phone.All);
    }

    [Fact]
    public async Task A_lost_answer_leaves_it_open_and_a_connection_that_is_not_made_does_not()
    {
        await using var sms = await RunningPhone.StartAsync(driver => driver with { Poll = TimeSpan.FromHours(1) });
        sms.Phone.Instead = context =>
        {
            context.Abort();
            return Task.FromResult(true);
        };
        var outbound = sms.Of("x");
        Assert.IsType<SendResult.Uncertain>(await sms.Send(outbound));
        await sms.UntilAsync(() => sms.Failures.Count > 0); // it is looked after at once
        var connections = sms.Connections;
        sms.Phone.Instead = null;
        await sms.UntilAsync(() => sms.Connections > connections);
        await sms.Phone.CloseAsync();
        Assert.IsType<SendResult.Deferred>(await sms.Send(outbound));
        await sms.UntilAsync(() => sms.Failures.Any(failure => failure.Message.EndsWith("does not accept connections", StringComparison.Ordinal)));
        connections = sms.Connections;
        await sms.Phone.OpenAsync();
        await sms.UntilAsync(() => sms.Connections > connections);
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
    }

    [Fact]
    public async Task Of_several_phones_one_must_be_named()
    {
        await using var sms = await RunningPhone.StartAsync(before: phone => phone.Devices.Add("another"));
        Assert.Equal("the gateway has 2 phones: write the id of one of them as driver.phone", sms.Failures[0].Message);
        await using var named = await RunningPhone.StartAsync(
            driver => driver with { Phone = "another" }, before: phone => phone.Devices.Add("another"));
        await named.Send(named.Of("x"));
        Assert.Equal("another", (string?)named.Phone.All[0].Request["deviceId"]);
        await using var unknown = await RunningPhone.StartAsync(driver => driver with { Phone = "a third" });
        Assert.Equal("the gateway has no such phone: correct driver.phone", unknown.Failures[0].Message);
    }

    [Fact]
    public async Task A_wrong_password_and_something_else_at_the_address_are_told_apart()
    {
        await using var sms = await RunningPhone.StartAsync(driver => driver with { Password = new Secret("wrong") });
        Assert.Contains("driver.password", sms.Failures[0].Message, StringComparison.Ordinal);
        await using var other = await RunningPhone.StartAsync(driver => driver with { Url = new Uri(driver.Url + "elsewhere") });
        Assert.Contains("driver.url", other.Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_phone_that_its_server_does_not_see_is_told()
    {
        await using var sms = await RunningPhone.StartAsync(before: phone =>
        {
            phone.LastSeen = TimeProvider.System.GetUtcNow().AddHours(-2);
            phone.InboxStatus = 501;
        });
        await sms.UntilAsync(() => sms.Impairments.Count > 0);
        Assert.Contains("has not been seen", Assert.Single(sms.Impairments), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_answered_nothing_breaks_but_the_connection()
    {
        var random = new Random(513);
        await using var sms = await RunningPhone.StartAsync();
        string[] seeds =
        [
            """[{"id":"ffffffffceb0b1db","lastSeen":"2026-11-22T08:05:33.000+01:00"}]""",
            """{"id":"x","state":"Failed","recipients":[{"error":"TTL expired"}]}""",
        ];
        sms.Phone.Instead = async context =>
        {
            var answer = seeds[random.Next(2)].ToCharArray();
            for (var n = random.Next(4); n > 0; n--)
            {
                answer[random.Next(answer.Length)] = (char)random.Next(32, 256);
            }

            context.Response.StatusCode = random.Next(10) switch { 0 => 404, 1 => 500, _ => 200 };
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
