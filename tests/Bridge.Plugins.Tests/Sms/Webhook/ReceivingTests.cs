using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Webhook;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Webhook;

public sealed class ReceivingTests
{
    [Theory]
    [InlineData("vonage")]
    [InlineData("httpsms")]
    [InlineData("teltonika")]
    public async Task What_comes_in_is_understood_as_the_service_says_it(string service)
    {
        await using var sms = await RunningWebhook.StartAsync(service);
        var reply = await sms.Message("+4915100000012", "Grüße 😀 & mehr = 100%\n+1", "m1");
        Assert.Equal((200, 0), (reply.Status, reply.Body.Length));
        var heard = Assert.Single(sms.Heard);
        Assert.Equal(("+4915100000012", "Grüße 😀 & mehr = 100%\n+1"), (heard.Address.Rest, TextOf(heard)));
        Assert.Equal(service == "teltonika" ? null : "m1", heard.NativeId?.Value); // the router names nothing
        Assert.Equal(service == "teltonika" ? null : "2026-11-22 12:14:25Z", heard.OccurredAt?.ToString("u", null));
    }

    [Theory]
    [InlineData("4915100000012", WebhookNumbers.Digits, "+4915100000012")]
    [InlineData("447700900001", WebhookNumbers.Digits, "+447700900001")]
    [InlineData("12345", WebhookNumbers.Digits, "12345")]
    [InlineData("ACME", WebhookNumbers.Digits, "ACME")]
    [InlineData("0151 00000012", WebhookNumbers.Plus, "+4915100000012")]
    [InlineData("+44 7700 900001", WebhookNumbers.Plus, "+447700900001")]
    [InlineData("00447700900001", WebhookNumbers.Zeros, "+447700900001")]
    public async Task Whoever_sends_has_one_address(string from, WebhookNumbers numbers, string address)
    {
        await using var sms = await RunningWebhook.StartAsync("teltonika", driver => driver with { Numbers = numbers });
        await sms.Message(from, "");
        Assert.Equal((address, ""), (sms.Heard[0].Address.Rest, TextOf(sms.Heard[0])));
    }

    [Fact]
    public async Task Without_a_name_a_message_is_known_again_by_its_time_and_text()
    {
        await using var sms = await RunningWebhook.StartAsync("teltonika", driver => driver with
        {
            Receive = driver.Receive! with { Message = driver.Receive.Message! with { Time = "at" } },
        });
        foreach (var rest in (string[])["text=x&at=1532000000", "text=x&at=1532000000", "text=y&at=1532000000", "text=x&at=1532000001"])
        {
            await sms.Call($"/message?sender=%2B4915100000012&token={ServiceShape.Secret}&{rest}", [], []);
        }

        Assert.Equal([true, true, false, false], sms.Heard.Select(heard => heard.NativeId == sms.Heard[0].NativeId));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1532000000), sms.Heard[0].OccurredAt);
    }

    [Fact]
    public async Task A_form_is_read_by_the_names_of_its_fields()
    {
        await using var sms = await RunningWebhook.StartAsync(change: driver => driver with
        {
            Receive = new WebhookReceiveOptions { Message = new WebhookMessageOptions { From = "From", Text = "Text", Id = "MessageUUID" } },
        });
        var body = Encoding.UTF8.GetBytes("From=4915100000012&Text=Gr%C3%BC%C3%9Fe+%F0%9F%98%80&MessageUUID=u1");
        var reply = await sms.Call("/message", body, [("Authorization", "Bearer " + ServiceShape.Secret)],
            contentType: "application/x-www-form-urlencoded");
        Assert.Equal(200, reply.Status);
        Assert.Equal(("+4915100000012", "Grüße 😀", "u1"), (sms.Heard[0].Address.Rest, TextOf(sms.Heard[0]), sms.Heard[0].NativeId?.Value));
    }

    [Fact]
    public async Task What_could_not_be_stored_is_not_acknowledged()
    {
        await using var sms = await RunningWebhook.StartAsync();
        sms.Memory.BeforeCommit = _ => throw new IOException("the store failed");
        await Assert.ThrowsAsync<IOException>(() => sms.Message("+4915100000012", "x"));
    }

    [Theory]
    [InlineData("vonage", "/message", "{}")]
    [InlineData("vonage", "/message", """{"from":"4915100000012"}""")]
    [InlineData("vonage", "/message", """{"from":{},"text":"x"}""")]
    [InlineData("httpsms", "/message", "nonsense")]
    public async Task What_says_nothing_is_refused_and_counted(string service, string path, string body)
    {
        await using var sms = await RunningWebhook.StartAsync(service);
        Assert.Equal(400, (await sms.Call((path, body))).Status);
        Assert.Empty(sms.Heard);
        Assert.Equal(1, sms.Memory.Dropped.Values.Sum());
    }

    [Theory]
    [InlineData("/elsewhere", "POST", 404)]
    [InlineData("/", "POST", 404)]
    [InlineData("/message", "PUT", 405)]
    [InlineData("/message", "GET", 405)] // a token says nothing of a query
    public async Task Only_what_is_configured_answers(string path, string method, int status)
    {
        await using var sms = await RunningWebhook.StartAsync();
        var body = "{}"u8.ToArray();
        Assert.Equal(status, (await sms.Call(path, body, sms.Service.Shape.Sign(body, TimeProvider.System.GetUtcNow()), method)).Status);
    }

    [Fact]
    public async Task A_query_is_no_part_of_what_is_signed_and_says_nothing()
    {
        await using var sms = await RunningWebhook.StartAsync();
        var (_, body) = sms.Service.Shape.Message("m1", "+4915100000012", "signed");
        await sms.Call(("/message?from=4915100000013&text=forged", body));
        Assert.Equal(("+4915100000012", "signed"), (sms.Heard[0].Address.Rest, TextOf(sms.Heard[0])));
        Assert.Equal(400, (await sms.Call(("/message?from=4915100000013&text=forged", "{}"))).Status);
        Assert.Single(sms.Heard);
    }

    [Fact]
    public async Task Without_receive_nobody_is_heard()
    {
        await using var sms = await RunningWebhook.StartAsync(change: driver => driver with { Receive = null, Secret = null, Callback = null });
        Assert.Equal(404, (await sms.Message("+4915100000012", "x")).Status);
        Assert.IsType<SendResult.Delivered>(await sms.Send(sms.Of("x"))); // nothing more will be known
    }

    [Fact]
    public void Any_bytes_are_read_or_say_nothing()
    {
        var random = new Random(532);
        var paths = (string[])["from", "a.b[0].c", "['x.y']", "[2]", "$.text", "a[9999]"];
        var shapes = Services.Names.Select(Services.ShapeOf).ToList();
        var seeds = shapes.Select(shape => shape.Message("m1", "+4915100000012", "Grüße 😀").Body)
            .Append("""{"from":"\ud83d","text":"x\ud83d\ude00\\ud83d","a":{"b":[{"c":1e400}]}}""").Append("from=a&text=%F0%9F&a=&=&%=")
            .Append("""{"from":1,"text":"x","a":{"b":[{"c":"y"}]}}""").Append("""{"\udc00":0,"from":"Grüße"}""")
            .Where(seed => seed.Length > 0).Select(Encoding.UTF8.GetBytes).ToList();
        for (var i = 0; i < 20_000; i++)
        {
            byte[] body = [.. seeds[random.Next(seeds.Count)]];
            for (var n = random.Next(8); n > 0; n--)
            {
                body[random.Next(body.Length)] = random.Next(3) switch
                {
                    0 => "{}[]\",:\\u"u8[random.Next(9)],
                    1 => (byte)random.Next(128, 256), // seldom UTF-8, and often within a text
                    _ => (byte)random.Next(256),
                };
            }

            body = random.Next(3) switch { 0 => body[..random.Next(body.Length + 1)], 1 => [.. Encoding.UTF8.Preamble, .. body], _ => body };
            using var fields = CallFields.Read(body, random.Next(2) == 0 ? "application/x-www-form-urlencoded" : null, []);
            foreach (var path in paths)
            {
                Assert.InRange(fields.Find(path)?.Length ?? 0, 0, body.Length);
            }

            _ = WebhookArrival.Of(fields, new WebhookMessageOptions { From = "from", Text = "text", Id = "a", Time = "a.b[0].c" },
                WebhookNumbers.Digits, new Secret("s"));
            _ = WebhookOutcome.Of(new DeliveryKey("key"), fields, new WebhookReportOptions { State = "from", Reason = "text" });
        }
    }

    [Theory]
    [InlineData("""{"text":"x\ud83dy"}""", "x\ufffdy")]
    [InlineData("""{"text":"\\ud83d"}""", "\\ud83d")]
    [InlineData("""{"text":"\ud83d\ude00\ude00"}""", "😀\ufffd")]
    public void Half_a_pair_is_no_reason_to_lose_a_text(string json, string text)
    {
        using var fields = CallFields.Read(Encoding.UTF8.GetBytes(json), null, []);
        Assert.Equal(text, fields.Find("text"));
    }

    [Fact]
    public void What_is_no_character_is_no_reason_to_lose_the_rest()
    {
        using var fields = CallFields.Read((byte[])[.. Encoding.UTF8.Preamble, .. "{\"\\ud83d\":0,\"text\":\"x"u8, 0xff, .. "y\"}"u8], null, []);
        Assert.Equal("x\ufffdy", fields.Find("text"));
    }

    private static string TextOf(Inbound inbound) => ((TextPart)Assert.IsType<MessagePosted>(inbound.Event).Parts[0]).Text.Value;
}
