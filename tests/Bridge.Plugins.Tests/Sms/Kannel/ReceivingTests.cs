using System.Text;
using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Kannel;

public sealed class ReceivingTests
{
    private const string Shown = $"secret={RunningSms.Secret}&from=%2B4915100000012&to=12345";

    [Theory]
    [InlineData("text=hello+%E2%82%AC&coding=0&charset=UTF-8", "hello €")]
    [InlineData("text=%04%1F%04%40%D8%3D%DE%00&coding=2&charset=UTF-16BE", "Пр😀")]
    [InlineData("text=%D0%9F%F0%9F%98%80&coding=2&charset=UTF-8", "П😀")] // mo-recode
    [InlineData("text=%E9t%E9&coding=0&charset=ISO-8859-1", "été")]
    [InlineData("text=100%25+%", "100% %")]
    public async Task What_get_url_brings_is_heard_in_its_own_charset(string query, string text)
    {
        await using var sms = await RunningSms.StartAsync();
        Assert.Equal(200, (await sms.Call("/message", $"{Shown}&id=m1&time=1795334733&{query}")).Status);
        var heard = Assert.Single(sms.Heard);
        Assert.Equal(("+4915100000012", "m1", text), (heard.Address.Rest, heard.NativeId!.Value.Value, TextOf(heard)));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795334733), heard.OccurredAt);
        Assert.Equal("+4915100000012", heard.Sender!.Value);
    }

    [Fact]
    public async Task What_post_url_brings_is_heard_from_body_and_headers()
    {
        await using var sms = await RunningSms.StartAsync();
        var reply = await sms.Call(
            "/message", $"secret={RunningSms.Secret}", [0x04, 0x1f, 0xd8, 0x3d, 0xde, 0x00], ("Content-Type", "text/plain; charset=\"UTF-16BE\""), ("X-Kannel-From", "0151 00000012"),
            ("X-Kannel-Coding", "2"), ("X-Kannel-Time", "2026-11-22 08:05:33"));
        Assert.Equal((200, 0), (reply.Status, reply.Body.Length));
        var heard = Assert.Single(sms.Heard);
        Assert.Equal(("+4915100000012", "П😀", new DateTimeOffset(2026, 11, 22, 8, 5, 33, TimeSpan.Zero)), (heard.Address.Rest, TextOf(heard), heard.OccurredAt));
    }

    [Theory]
    [InlineData("/message", "from=x&text=x", 401)]
    [InlineData("/message", "secret=wrong&from=x&text=x", 403)]
    [InlineData("/wrong/message", "from=x&text=x", 403)]
    [InlineData("/message", $"secret={RunningSms.Secret}&text=x", 400)]
    [InlineData("/other", $"secret={RunningSms.Secret}&from=x&text=x", 404)]
    [InlineData("/", "", 404)]
    [InlineData($"/{RunningSms.Secret}/message", "from=ACME&text=x", 200)]
    public async Task Only_who_shows_the_secret_is_heard(string path, string query, int status)
    {
        await using var sms = await RunningSms.StartAsync();
        Assert.Equal(status, (await sms.Call(path, query)).Status);
        Assert.Equal(status == 200 ? 1 : 0, sms.Heard.Count);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_not_acknowledged()
    {
        await using var sms = await RunningSms.StartAsync();
        sms.Memory.BeforeCommit = _ => throw new IOException("the store failed");
        await Assert.ThrowsAsync<IOException>(() => sms.Call("/message", $"{Shown}&text=x"));
        await Assert.ThrowsAsync<IOException>(() => sms.Call("/message", $"{Shown}&udh=%05%00%03%07%02%01&text=a"));
        sms.Memory.BeforeCommit = null;
        await sms.Call("/message", $"{Shown}&udh=%05%00%03%07%02%01&text=a");
        await sms.Call("/message", $"{Shown}&udh=%05%00%03%07%02%02&text=b");
        Assert.Equal("ab", TextOf(Assert.Single(sms.Heard)));
    }

    [Fact]
    public async Task Parts_that_Kannel_did_not_join_are_joined_over_a_restart_out_of_order_and_with_repeats()
    {
        await using var sms = await RunningSms.StartAsync();
        Task<HttpReply> Part(int number, string text) => sms.Call("/message", $"{Shown}&id=p{number}&udh=%05%00%03%2A%03%0{number}&coding=2&charset=UTF-16BE&text={text}");
        await Part(3, "%04%1F");
        await Part(1, "%04%40%D8%3D");
        await Part(3, "%04%1F");
        await sms.RestartAsync();
        await Part(1, "%04%40%D8%3D");
        Assert.Empty(sms.Heard);
        await Part(2, "%DE%00");
        Assert.Equal(("р😀П", "p1"), (TextOf(Assert.Single(sms.Heard)), sms.Heard[0].NativeId!.Value.Value));
        Assert.Equal(200, (await Part(2, "%DE%00")).Status);
        await sms.RestartAsync();
        Assert.Equal(200, (await Part(2, "%DE%00")).Status);
        Assert.Single(sms.Heard);
        Assert.DoesNotContain(sms.Memory.State.Keys, key => key.StartsWith("part/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_left_of_a_message_is_heard_after_half_an_hour_with_a_mark()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSms.StartAsync(clock: clock);
        await sms.Call("/message", $"{Shown}&udh=%05%00%03%2A%03%02&text=middle");
        clock.Advance(TimeSpan.FromMinutes(31));
        await sms.UntilAsync(() => sms.Heard.Count > 0);
        Assert.Equal("[...]middle[...]", TextOf(sms.Heard[0]));
        Assert.Equal(2, sms.Memory.Dropped.Values.Sum());
        clock.Advance(TimeSpan.FromDays(8));
        await sms.RestartAsync();
        await sms.UntilAsync(() => sms.Memory.State.IsEmpty); // nothing of it is kept for ever
    }

    [Fact]
    public async Task Octets_are_data()
    {
        await using var sms = await RunningSms.StartAsync();
        await sms.Call("/message", $"{Shown}&coding=1&charset=8-BIT&udh=%06%05%04%15%82%00%00&text=%01%02%FF");
        Assert.Equal([1, 2, 255], Assert.IsType<DataReported>(Assert.Single(sms.Heard).Event).Payload.Bytes.ToArray());
    }

    [Fact]
    public async Task Octets_in_parts_are_one_payload_over_a_restart_and_say_between_which_ports_they_travel()
    {
        await using var sms = await RunningSms.StartAsync();
        await Part(1, "%01%02");
        await sms.RestartAsync();
        await Part(2, "%03");
        var data = Assert.IsType<DataReported>(Assert.Single(sms.Heard).Event);
        Assert.Equal([1, 2, 3], data.Payload.Bytes.ToArray());
        Assert.Equal([new Property("port", "2948"), new Property("source_port", "9200")], data.Properties);

        Task<HttpReply> Part(int number, string text) =>
            sms.Call("/message", $"{Shown}&coding=1&charset=8-BIT&udh=%0B%00%03%2A%02%0{number}%05%04%0B%84%23%F0&text={text}");
    }

    [Fact]
    public async Task Octets_of_which_a_part_never_comes_are_counted_and_not_handed_over()
    {
        var clock = new ManualClock();
        await using var sms = await RunningSms.StartAsync(clock: clock);
        await sms.Call("/message", $"{Shown}&coding=1&charset=8-BIT&udh=%05%00%03%2A%02%01&text=%01");
        clock.Advance(TimeSpan.FromMinutes(31));
        await sms.UntilAsync(() => sms.Memory.Dropped.ContainsKey("a long binary message that did not come whole within half an hour"));
        Assert.Empty(sms.Heard);
        Assert.DoesNotContain(sms.Memory.State.Keys, key => key.StartsWith("part/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatever_is_called_is_answered()
    {
        var random = new Random(509);
        const string seed = "from=%2B49&to=1&text=%D8%3D&coding=2&charset=UTF-16BE&udh=%05%00%03%07%02%01&id=1&time=17953&secret=" + RunningSms.Secret;
        await using var sms = await RunningSms.StartAsync();
        for (var i = 0; i < 5_000; i++)
        {
            var query = new StringBuilder(seed);
            for (var n = random.Next(1, 6); n > 0; n--)
            {
                query[random.Next(seed.Length - RunningSms.Secret.Length)] = (char)random.Next(32, 127);
            }

            var body = new byte[random.Next(0, 20)];
            random.NextBytes(body);
            var reply = await sms.Call("/message", query.ToString(), random.Next(2) == 0 ? null : body, ("X-Kannel-UDH", Convert.ToHexString(body)), ("Content-Type", "text/plain; charset=" + (char)random.Next(32, 127)));
            Assert.Contains(reply.Status, (int[])[200, 400, 401, 403]);
        }
    }

    private static string TextOf(Inbound inbound) => ((TextPart)Assert.IsType<MessagePosted>(inbound.Event).Parts[0]).Text.Value;
}
