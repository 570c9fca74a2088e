using System.Net;
using System.Text;
using System.Text.Json;
using Bridge.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>Where the homeserver calls.</summary>
public sealed class DeskTests
{
    [Theory]
    [InlineData(null, 401, "M_MISSING_TOKEN")]
    [InlineData("wrong", 403, "M_FORBIDDEN")]
    [InlineData("hs-token", 200, null)]
    public async Task Only_the_homeserver_is_heard(string? token, int status, string? code)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var reply = await Call(matrix, "PUT", "/_matrix/app/v1/transactions/1", "{}", token);
        Assert.Equal(status, reply.Status);
        Assert.Equal(code, JsonDocument.Parse(reply.Body).RootElement.TryGetProperty("errcode", out var found) ? found.GetString() : null);
    }

    [Theory]
    [InlineData("POST", "/_matrix/app/v1/transactions/1", 405, "M_UNRECOGNIZED")]
    [InlineData("GET", "/_matrix/app/v1/thirdparty/protocol/x", 404, "M_UNRECOGNIZED")]
    [InlineData("GET", "/_matrix/app/v1/users/%40bridge_nobody%3Ahs.test", 404, "M_NOT_FOUND")]
    [InlineData("GET", "/_matrix/app/v1/users/%40bridge%3Ahs.test", 200, null)]
    [InlineData("GET", "/_matrix/app/v1/rooms/%23bridge_x%3Ahs.test", 404, "M_NOT_FOUND")]
    [InlineData("POST", "/_matrix/app/v1/ping", 200, null)]
    [InlineData("PUT", "/transactions/7", 200, null)]
    public async Task Every_path_is_answered_as_the_specification_says(string method, string path, int status, string? code)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var reply = await Call(matrix, method, path, "{}");
        Assert.Equal((status, code), (reply.Status, JsonDocument.Parse(reply.Body).RootElement.TryGetProperty("errcode", out var found) ? found.GetString() : null));
    }

    [Theory]
    [InlineData("""{"events":[{"event_id":"$1","room_id":"!a:b","sen""", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"events":7,"ephemeral":{},"de.sorunome.msc2409.to_device":[]}""", 200)]
    [InlineData("""{"events":[7,{},null,{"event_id":"$1"}]}""", 200)]
    public async Task A_transaction_that_is_cut_is_not_acknowledged_and_one_that_is_odd_does_not_stop_the_next(string body, int status)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        Assert.Equal(status, (await Call(matrix, "PUT", "/_matrix/app/v1/transactions/1", body)).Status);
        Assert.Empty(matrix.Heard);
        Assert.Equal(200, (await Call(matrix, "PUT", "/_matrix/app/v1/transactions/1", Transaction("next"))).Status);
        Assert.Equal(["next"], matrix.HeardTexts);
    }

    [Fact]
    public async Task Other_events_under_a_used_transaction_id_are_heard()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        await Call(matrix, "PUT", "/_matrix/app/v1/transactions/1", Transaction("one"));
        await Call(matrix, "PUT", "/_matrix/app/v1/transactions/1", Transaction("one"));
        await Call(matrix, "PUT", "/_matrix/app/v1/transactions/1", Transaction("two"));
        Assert.Equal(["one", "two"], matrix.HeardTexts);
    }

    [Fact]
    public async Task The_same_event_in_two_transactions_has_the_same_id_for_Core()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        await Call(matrix, "PUT", "/_matrix/app/v1/transactions/1", Transaction("one"));
        await Call(matrix, "PUT", "/_matrix/app/v1/transactions/2", Transaction("one"));
        Assert.Single(matrix.Heard.Select(inbound => (inbound.Address, inbound.NativeId)).Distinct());
    }

    [Fact]
    public async Task An_answer_that_was_lost_brings_the_transaction_again_and_nothing_new()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        matrix.Homeserver.PusherOf(matrix.Service).LoseAnswers = 1;
        anna.Say(room, "hello");
        await matrix.HeardAsync(ReceivingTests.Says("hello"));
        anna.Say(room, "next");
        await matrix.HeardAsync(ReceivingTests.Says("next"));
        Assert.Equal(["hello", "next"], matrix.HeardTexts);
    }

    [Theory]
    [InlineData(70)]
    [InlineData(5_000)]
    [InlineData(30_000)]
    public async Task An_event_of_a_stranger_that_nests_as_deep_as_an_event_can_does_not_hold_up_the_others(int depth)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var deep = $$"""{"msgtype":"m.text","body":"deep","a":{{new string('[', depth)}}{{new string(']', depth)}}}""";
        Assert.Equal(200, (await Call(matrix, "PUT", "/_matrix/app/v1/transactions/1", Transaction(("$1", deep), ("$2", """{"msgtype":"m.text","body":"next"}""")))).Status);
        Assert.Equal(["deep", "next"], matrix.HeardTexts);
    }

    [Fact]
    public async Task What_is_no_text_is_no_name_and_does_not_hold_up_the_others()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var half = """{"msgtype":"m.text","body":"half","\ud800 and more than any name has":1}""";
        Assert.Equal(200, (await Call(matrix, "PUT", "/_matrix/app/v1/transactions/1", Transaction(("$1", half), ("$2", """{"msgtype":"m.text","body":"next"}""")))).Status);
        var receipts = """{"ephemeral":[{"type":"m.receipt","room_id":"!r:hs.test","content":{"\udc00":{"m.read":{"@a:b":{"ts":1}}},"$1":{"m.read":{"\ud800":{},"@a:b":{"ts":1}}}}}]}""";
        Assert.Equal(200, (await Call(matrix, "PUT", "/_matrix/app/v1/transactions/2", receipts)).Status);
        Assert.Contains("next", matrix.HeardTexts);
        Assert.Equal("@a:b", Assert.Single(matrix.Heard, inbound => inbound.Event is ReceiptReported).Sender!.Value);
    }

    [Fact]
    public async Task Nonsense_of_every_kind_is_survived()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var seed = Encoding.UTF8.GetBytes(Whole);
        var random = new Random(4);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = (byte[])seed.Clone();
            for (var j = random.Next(1, 6); j > 0; j--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"{}[]\":,01e-\\un"[random.Next(14)];
            }

            bytes = random.Next(4) == 0 ? Odd(bytes, random) : bytes;

            var reply = await Call(matrix, "PUT", $"/_matrix/app/v1/transactions/{i}", bytes[..random.Next(bytes.Length / 2, bytes.Length)]);
            var other = await Call(matrix, "PUT", $"/_matrix/app/v1/transactions/x{i}", bytes);
            Assert.All([reply, other], answer => Assert.Contains(answer.Status, (int[])[200, 400]));
        }
    }

    /// <summary>One value nests, or one name is half a surrogate pair: whole JSON all the same, where it was.</summary>
    private static byte[] Odd(byte[] json, Random random)
    {
        var text = Encoding.UTF8.GetString(json);
        var (at, deep) = (text.IndexOf(random.Next(2) == 0 ? "\"ts\":" : "\"size\":", StringComparison.Ordinal), random.Next(2) == 0);
        var depth = random.Next(1, 10_000);
        return at < 0 ? json : Encoding.UTF8.GetBytes(text.Insert(at, deep ? $"\"a\":{new string('[', depth)}{new string(']', depth)}," : "\"\\ud800 of a pair, and long\":1,"));
    }

    private const string Whole = """
        {"events":[{"event_id":"$1","room_id":"!r:hs.test","sender":"@bridge_ghost:hs.test","type":"m.room.message","origin_server_ts":1700000000000,
        "content":{"msgtype":"m.image","body":"x","url":"mxc://a/b","info":{"size":7,"w":1,"h":2,"mimetype":"image/png"},"bridge.origin":{"k":"k","ts":1,"hops":2}}},
        {"event_id":"$2","room_id":"!r:hs.test","sender":"@bridge_ghost:hs.test","type":"m.reaction","content":{"m.relates_to":{"rel_type":"m.annotation","event_id":"$1","key":"x"}}},
        {"event_id":"$3","room_id":"!r:hs.test","sender":"@bridge_ghost:hs.test","type":"m.room.member","state_key":"@bridge:hs.test","content":{"membership":"leave"}}],
        "de.sorunome.msc2409.ephemeral":[{"type":"m.receipt","room_id":"!r:hs.test","content":{"$1":{"m.read":{"@a:b":{"ts":1}}}}},
        {"type":"m.typing","room_id":"!r:hs.test","content":{"user_ids":["@a:b"]}}]}
        """;

    private static string Transaction(string text) => Transaction(("$" + text, $$"""{"msgtype":"m.text","body":"{{text}}"}"""));

    private static string Transaction(params (string Id, string Content)[] events)
    {
        var written = events.Select(said => $$"""{"event_id":"{{said.Id}}","room_id":"!r:hs.test","sender":"@bo:hs.test","type":"m.room.message","content":{{said.Content}}}""");
        return $$"""{"events":[{{string.Join(',', written)}}]}""";
    }

    private static Task<HttpReply> Call(RunningMatrix matrix, string method, string path, string body, string? token = "hs-token") =>
        Call(matrix, method, path, Encoding.UTF8.GetBytes(body), token);

    private static async Task<HttpReply> Call(RunningMatrix matrix, string method, string path, byte[] body, string? token = "hs-token")
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (token is not null)
        {
            headers["authorization"] = $"Bearer {token}";
        }

        return await matrix.Endpoint.ServeAsync(new HttpCall(method, path, [], headers, new MemoryStream(body), IPAddress.Loopback), TestContext.Current.CancellationToken);
    }
}
