using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Webhook;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Webhook;

public sealed class SendingTests
{
    [Theory]
    [InlineData("vonage", "4915112345678")]
    [InlineData("httpsms", "+4915112345678")]
    [InlineData("teltonika", "004915112345678")]
    public async Task A_whole_text_is_handed_over_as_the_service_wants_it(string service, string number)
    {
        await using var sms = await RunningWebhook.StartAsync(service);
        var text = string.Concat(Enumerable.Repeat("Grüße \"😀\" & {to} = 100%\\\n+", 20));
        var result = await sms.Send(sms.Of(text));
        Assert.Equal(service == "teltonika", result is SendResult.Delivered); // it reports nothing
        var taken = Assert.Single(sms.Service.All);
        Assert.Equal((number, text), (taken.To, taken.Text));
    }

    [Fact]
    public async Task A_repeat_has_the_same_id()
    {
        await using var sms = await RunningWebhook.StartAsync();
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        await sms.Send(outbound);
        Assert.Equal("bridge-" + outbound.Key.Value, Assert.Single(sms.Service.All.Select(taken => taken.Reference).Distinct()));
    }

    [Theory]
    [InlineData(429, "7", typeof(SendResult.Deferred))]
    [InlineData(429, null, typeof(SendResult.Deferred))]
    [InlineData(503, "7", typeof(SendResult.Deferred))]
    [InlineData(503, null, typeof(SendResult.Uncertain))]
    [InlineData(500, null, typeof(SendResult.Uncertain))]
    [InlineData(502, null, typeof(SendResult.Uncertain))]
    [InlineData(504, "7", typeof(SendResult.Uncertain))]
    [InlineData(408, null, typeof(SendResult.Uncertain))]
    [InlineData(302, null, typeof(SendResult.Uncertain))]
    [InlineData(307, null, typeof(SendResult.Deferred))]
    [InlineData(401, null, typeof(SendResult.Deferred))]
    [InlineData(404, null, typeof(SendResult.Deferred))]
    [InlineData(402, null, typeof(SendResult.Refused))]
    [InlineData(400, null, typeof(SendResult.Refused))]
    [InlineData(409, null, typeof(SendResult.Refused))]
    [InlineData(422, null, typeof(SendResult.Refused))]
    public async Task An_answer_means_what_is_known_of_it(int status, string? retryAfter, Type result)
    {
        await using var sms = await RunningWebhook.StartAsync();
        sms.Service.Answer(status, """{"title":"canary +4915112345678"}""", retryAfter);
        var sent = await sms.Send(sms.Of("x"));
        Assert.IsType(result, sent);
        Assert.DoesNotContain("canary", sent.ToString(), StringComparison.Ordinal);
        if (sent is SendResult.Deferred deferred && retryAfter is not null)
        {
            Assert.Equal(TimeSpan.FromSeconds(7), deferred.After);
        }
    }

    [Fact]
    public async Task A_service_that_says_what_it_did_not_take_and_what_it_knows_already_is_believed()
    {
        await using var sms = await RunningWebhook.StartAsync(change: driver =>
            driver with { Send = driver.Send! with { Retry = [502], Remembers = TimeSpan.FromHours(1) } });
        sms.Service.Answer(502);
        Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("x")));
        sms.Service.Answer(504);
        Assert.IsType<SendResult.Uncertain>(await sms.Send(sms.Of("x")));
        sms.Service.Answer(409);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        Assert.Equal(new ResendClass.Keyed(TimeSpan.FromHours(1)), sms.Endpoint.CapabilitiesOf(sms.Of("x").To).Resend);
    }

    [Theory]
    [InlineData("""{"messages":[{"status":"0","message-id":"1"}]}""", typeof(SendResult.Accepted))]
    [InlineData("""{"messages":[{"status":0}]}""", typeof(SendResult.Accepted))]
    [InlineData("\ufeff{\"messages\":[{\"status\":0}]}", typeof(SendResult.Accepted))]
    [InlineData("""{"messages":[{"status":"1"}]}""", typeof(SendResult.Deferred))]
    [InlineData("""{"messages":[{"status":"5"}]}""", typeof(SendResult.Uncertain))]
    [InlineData("""{"messages":[{"status":"4"}]}""", typeof(SendResult.Refused))]
    [InlineData("""{"messages":[{"status":"+4915112345678 canary"}]}""", typeof(SendResult.Refused))]
    [InlineData("""{"messages":[]}""", typeof(SendResult.Uncertain))]
    [InlineData("""<html>""", typeof(SendResult.Uncertain))]
    [InlineData("", typeof(SendResult.Uncertain))]
    public async Task A_word_in_the_answer_decides_where_the_service_always_says_yes(string answer, Type result)
    {
        await using var sms = await RunningWebhook.StartAsync(change: driver => driver with
        {
            Send = driver.Send! with { Success = new WebhookSuccessOptions { Path = "messages[0].status", Is = ["0"], Later = ["1"],
                Unclear = ["5"] } },
        });
        sms.Service.Answer(200, answer);
        var sent = await sms.Send(sms.Of("x"));
        Assert.IsType(result, sent);
        Assert.DoesNotContain("canary", sent.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OK\n", typeof(SendResult.Delivered))]
    [InlineData("\ufeffOK\n", typeof(SendResult.Delivered))]
    [InlineData("TIMEOUT\n", typeof(SendResult.Uncertain))]
    [InlineData("WRONG_NUMBER\n", typeof(SendResult.Refused))]
    [InlineData("", typeof(SendResult.Uncertain))]
    public async Task An_answer_may_be_one_word(string answer, Type result)
    {
        await using var sms = await RunningWebhook.StartAsync("teltonika");
        sms.Service.Answer(200, answer);
        Assert.IsType(result, await sms.Send(sms.Of("x")));
    }

    [Fact]
    public async Task A_lost_answer_leaves_it_open_and_a_connection_that_is_not_made_does_not()
    {
        await using var sms = await RunningWebhook.StartAsync();
        sms.Service.LosesAnswers = true;
        Assert.IsType<SendResult.Uncertain>(await sms.Send(sms.Of("x")));
        Assert.Single(sms.Service.All);
        await sms.Service.CloseAsync();
        Assert.IsType<SendResult.Deferred>(await sms.Send(sms.Of("x")));
        await sms.UntilAsync(() => sms.Failures.Count > 0); // it is looked after at once
        sms.Service.LosesAnswers = false;
        var connections = sms.Connections;
        await sms.Service.OpenAsync();
        await sms.UntilAsync(() => sms.Connections > connections);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        Assert.Equal(2, sms.Service.All.Count);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("form")]
    [InlineData("query")]
    public async Task Whatever_a_text_says_it_comes_back_as_it_was_and_changes_nothing_around_it(string body)
    {
        var fields = new Dictionary<string, string> { ["to"] = "{to}", ["text"] = "<{text}>", ["last"] = "{id}" }.ToFrozenDictionary();
        IReadOnlyDictionary<string, string>? got = null;
        await using var sms = await RunningWebhook.StartAsync(change: driver => driver with
        {
            Send = body switch
            {
                "json" => new WebhookSendOptions { Json = new JsonObject(fields.Select(field => KeyValuePair.Create<string,
                    JsonNode?>(field.Key, field.Value))) },
                "form" => new WebhookSendOptions { Form = fields },
                _ => new WebhookSendOptions { Query = fields },
            },
        }, changeAll: options => options with { Transliterate = false });
        sms.Service.Instead = async context => got = await FieldsOf(context.Request, body);
        var random = new Random(530);
        for (var i = 0; i < 300; i++)
        {
            var text = RandomText(random);
            await sms.Send(sms.Of(text, key: $"key{i}"));
            Assert.Equal(("4915112345678", $"<{Preparation.Of(text, transliterates: false)}>", $"bridge-key{i}", 3),
                (got!["to"], got["text"], got["last"], got.Count));
        }
    }

    [Fact]
    public async Task Whatever_is_answered_nothing_breaks_but_the_connection()
    {
        var random = new Random(531);
        await using var sms = await RunningWebhook.StartAsync(change: driver => driver with
        {
            Send = driver.Send! with { Id = "messages[0].id", Success = new WebhookSuccessOptions { Path = "messages[0].status", Is = ["0"] } },
        });
        string[] seeds = ["""{"messages":[{"status":"0","id":"1"}]}""", """{"messages":[{"status":"\ud83d","id":[]}]}""", """{"messages":{"0":1}}""",
            "[]", "null", "\"\""];
        sms.Service.Instead = async context =>
        {
            var answer = seeds[random.Next(seeds.Length)].ToCharArray();
            for (var n = random.Next(4); n > 0; n--)
            {
                answer[random.Next(answer.Length)] = (char)random.Next(32, 256);
            }

            context.Response.StatusCode = random.Next(8) switch { 0 => 404, 1 => 500, 2 => 429, 3 => 400, _ => 200 };
            var written = (random.Next(2) == 0 ? Encoding.UTF8 : Encoding.Latin1).GetBytes(answer, 0, random.Next(answer.Length + 1));
            await context.Response.Body.WriteAsync((byte[])[.. random.Next(4) == 0 ? Encoding.UTF8.Preamble : [], .. written]);
        };
        for (var i = 0; i < 300; i++)
        {
            Assert.NotNull(await sms.Send(sms.Of("x")));
        }

        Assert.All(sms.Failures, failure => Assert.IsAssignableFrom<IOException>(failure));
    }

    private static async Task<IReadOnlyDictionary<string, string>> FieldsOf(HttpRequest request, string body)
    {
        var written = await new StreamReader(request.Body).ReadToEndAsync();
        if (body == "json")
        {
            return JsonNode.Parse(written)!.AsObject().ToDictionary(field => field.Key, field => (string)field.Value!);
        }

        var fields = HttpUtility.ParseQueryString(body == "form" ? written : request.QueryString.Value!);
        return fields.AllKeys.ToDictionary(name => name!, name => fields[name]!);
    }

    private static string RandomText(Random random)
    {
        const string Wicked = "\"\\{}[]&=%+#?<>'\n\t {to}{password}\u2028\0";
        var text = new StringBuilder();
        for (var n = random.Next(1, 60); n > 0; n--)
        {
            text.Append(random.Next(3) switch
            {
                0 => Wicked[random.Next(Wicked.Length)].ToString(),
                1 => ((char)random.Next(32, 0xd800)).ToString(),
                _ => char.ConvertFromUtf32(random.Next(0x10000, 0x110000)),
            });
        }

        return text.ToString();
    }
}
