using System.Text;
using Bridge.Core.Routing;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Routing;

public sealed class HostileInputTests
{
    private static readonly Rule s_rule = new("r", "home:#", "console:me") { Text = "got {{ payload }} {{ payload.a.b }} {{ message.text | length }}" };

    [Theory]
    [InlineData("NaN")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":1e999}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("[1,2,]")]
    [InlineData("\u0000")]
    [InlineData("\"")]
    [InlineData("{}{}")]
    public void What_is_not_json_is_a_string_and_nothing_throws(string payload) =>
        Assert.Equal(Verdict.Sent, new VirtualRules(s_rule).Publish("home:t", payload).Verdict());

    [Theory]
    [InlineData("x", "not json", true)]
    [InlineData("", "", false)]
    [InlineData("NaN", "NaN", true)]
    public void Text_that_is_not_json_is_a_string_and_an_empty_payload_is_no_value(string payload, string _, bool matches)
    {
        var rules = new VirtualRules(new Rule("r", "home:t", "console:me") { When = "payload != null", Text = "x" });
        Assert.Equal(matches ? Verdict.Sent : Verdict.NotMatched, rules.Publish("home:t", payload).Verdict());
    }

    [Fact]
    public void The_last_of_duplicate_keys_counts()
    {
        var rules = new VirtualRules(new Rule("r", "home:t", "console:me") { Text = "{{ payload.a }}" });
        Assert.Equal(["2"], rules.Publish("home:t", """{"a":1,"a":2}""").Texts());
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_a_payload()
    {
        var rules = new VirtualRules(new Rule("r", "home:t", "console:me") { Text = "{{ payload.a }} {{ message.text }}" });
        Assert.Equal(["""1 {"a":1}"""], rules.Publish("home:t", "\uFEFF{\"a\":1}").Texts());
    }

    [Fact]
    public void Invalid_utf8_is_replaced_in_text_and_never_json()
    {
        var rules = new VirtualRules(new Rule("r", "home:t", "console:me") { Text = "{{ payload }}" });
        Assert.Equal(["{\"a\":\"\uFFFD\"}"], rules.Arrive(VirtualRules.Data("home:t", [.. "{\"a\":\""u8, 0xFF, .. "\"}"u8])).Texts());
    }

    [Fact]
    public void Depth_and_size_are_bounded()
    {
        var rules = new VirtualRules(s_rule);
        Assert.Equal(Verdict.Sent, rules.Publish("home:t", new string('[', 1000) + new string(']', 1000)).Verdict());
        Assert.Equal(Verdict.Sent, rules.Publish("home:t", "[" + string.Join(',', Enumerable.Repeat("1", 500_000)) + "]").Verdict());
        Assert.Equal(Verdict.Sent, rules.Publish("home:t", "\"" + new string('x', 9_000_000) + "\"").Verdict());
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(4711);
        var seed = Encoding.UTF8.GetBytes("""{"a":{"b":[1,2.5,"x\u00e9",null,true]},"at":1772362800,"t":"2026-03-01T11:00:00"}""");
        var rules = new VirtualRules(
            s_rule,
            new("k", "home:#", "cloud:{{ payload.a.b[2] }}/x")
            {
                When = "payload.a.b[0] > 0", Until = "payload.t == null", Key = "{{ payload.at }}", At = "payload.t", Text = "{{ payload.a | json }}", MaxAge = TimeSpan.FromDays(1),
            });
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = (byte[])seed.Clone();
            for (var flips = random.Next(1, 8); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            rules.Arrive(VirtualRules.Data("home:" + (char)random.Next(32, 1000), bytes[..random.Next(bytes.Length)], random.Next(2) == 0));
        }
    }
}
