using System.Net;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Http;
using Bridge.Testing.Endpoints;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Bridge.Host.Tests.Http;

public sealed class GateTests
{
    private const string Token = "0123456789abcdef";
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData("127.0.0.1", null, null, true)]
    [InlineData("::1", null, null, true)]
    [InlineData("127.0.0.1", Token, null, false)]
    [InlineData("127.0.0.1", Token, "Bearer " + Token, true)]
    [InlineData("0.0.0.0", null, null, false)]
    [InlineData("0.0.0.0", null, "Bearer " + Token, false)]
    [InlineData("0.0.0.0", Token, null, false)]
    [InlineData("0.0.0.0", Token, "Bearer", false)]
    [InlineData("0.0.0.0", Token, "Bearer 0123456789abcdeF", false)]
    [InlineData("0.0.0.0", Token, "Bearer 0123456789abcdef0", false)]
    [InlineData("0.0.0.0", Token, "Basic " + Token, false)]
    [InlineData("0.0.0.0", Token, "bearer " + Token, true)]
    public void Who_shows_the_token_is_trusted_and_without_one_only_who_is_on_this_machine(string listen, string? token, string? shown, bool trusted) =>
        Assert.Equal(trusted, GateOf(listen, token).IsTrusted(Request(authorization: shown)));

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(Token, null, false)]
    [InlineData(Token, "Bearer " + Token, true)]
    public void What_comes_under_the_public_name_may_come_from_anybody_and_needs_the_token(string? token, string? shown, bool trusted) =>
        Assert.Equal(trusted, GateOf("127.0.0.1", token).IsTrusted(Request(host: "bridge.example.org", authorization: shown)));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:8480", null)]
    [InlineData("127.0.0.1", "localhost:8480", null)]
    [InlineData("127.0.0.1", "[::1]:8480", null)]
    [InlineData("127.0.0.1", "bridge.example.org", null)]
    [InlineData("127.0.0.1", "evil.example", 421)]
    [InlineData("127.0.0.1", "127.0.0.1.evil.example", 421)]
    [InlineData("127.0.0.1", "", 421)]
    [InlineData("0.0.0.0", "evil.example", null)]
    public void On_a_loopback_address_only_its_own_names_are_answered(string listen, string host, int? refused) =>
        Assert.Equal(refused, GateOf(listen, null).Refusal(Request(host: host))?.Status);

    [Theory]
    [InlineData("GET", null)]
    [InlineData("HEAD", null)]
    [InlineData("POST", 405)]
    [InlineData("DELETE", 405)]
    public void Nothing_but_reading_is_answered(string method, int? refused) =>
        Assert.Equal(refused, GateOf("127.0.0.1", null).Refusal(Request(method))?.Status);

    [Fact]
    public void Too_many_requests_are_refused_until_time_goes_by_and_who_shows_the_token_is_not_counted()
    {
        var gate = GateOf("0.0.0.0", Token);
        Assert.Equal(100, Enumerable.Range(0, 150).Count(_ => gate.Refusal(Request()) is null));
        Assert.Equal(429, gate.Refusal(Request())?.Status);
        Assert.Null(gate.Refusal(Request(authorization: "Bearer " + Token)));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(20, Enumerable.Range(0, 50).Count(_ => gate.Refusal(Request()) is null));
    }

    [Fact]
    public void A_flood_from_one_address_costs_nobody_else_an_answer_and_this_machine_least_of_all()
    {
        var gate = GateOf("0.0.0.0", null);
        Assert.Equal(100, Answered(gate, "203.0.113.7", 500));
        Assert.Equal(0, Answered(gate, "::ffff:203.0.113.7", 1));
        Assert.Equal(100, Answered(gate, "203.0.113.8", 500));
        Assert.Equal(100, Answered(gate, "2001:db8::1", 500));
        Assert.Equal(0, Answered(gate, "2001:db8::2", 1)); // the same customer's
        Assert.Equal(1, Answered(gate, "127.0.0.1", 1));
        Assert.Equal(1, Answered(gate, "::1", 1));
    }

    [Fact]
    public void A_flood_through_the_proxy_leaves_the_health_checks_of_this_machine_alone()
    {
        var gate = GateOf("127.0.0.1", null);
        Assert.Equal(100, Answered(gate, "127.0.0.1", 500, host: "bridge.example.org"));
        Assert.Equal(1, Answered(gate, "127.0.0.1", 1));
    }

    [Fact]
    public void A_flood_from_very_many_addresses_is_bounded_and_time_makes_room_for_others()
    {
        var gate = GateOf("0.0.0.0", null);
        Assert.Equal(1_100, Enumerable.Range(0, 5_000).Sum(n => Answered(gate, $"10.0.{n / 250}.{n % 250}", 1)));
        Assert.Equal(1, Answered(gate, "127.0.0.1", 1));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(100, Answered(gate, "203.0.113.7", 500));
        Assert.Equal(100, Answered(gate, "203.0.113.8", 500));
    }

    [Fact]
    public void Strangers_hold_some_connections_each_and_together_and_this_machine_always_has_room()
    {
        var shares = new ConnectionShares(each: 2, together: 3);
        var first = shares.TryEnter(IPAddress.Parse("203.0.113.7"));
        Assert.NotNull(first);
        Assert.NotNull(shares.TryEnter(IPAddress.Parse("203.0.113.7")));
        Assert.Null(shares.TryEnter(IPAddress.Parse("203.0.113.7")));
        Assert.NotNull(shares.TryEnter(IPAddress.Parse("203.0.113.8")));
        Assert.Null(shares.TryEnter(IPAddress.Parse("203.0.113.9")));
        Assert.NotNull(shares.TryEnter(IPAddress.Loopback));
        first.Dispose();
        Assert.NotNull(shares.TryEnter(IPAddress.Parse("203.0.113.9")));
    }

    private static int Answered(Gate gate, string from, int requests, string host = "127.0.0.1") =>
        Enumerable.Range(0, requests).Count(_ => gate.Refusal(Request(host: host, from: from)) is null);

    private Gate GateOf(string listen, string? token) => new(
        new HttpConfig(new IPEndPoint(IPAddress.Parse(listen), 8480), new Uri("https://bridge.example.org"), token is null ? null : new Secret(token)), _clock);

    private static HttpRequest Request(string method = "GET", string host = "127.0.0.1", string? authorization = null, string? from = null)
    {
        var request = new DefaultHttpContext().Request;
        request.HttpContext.Connection.RemoteIpAddress = from is null ? null : IPAddress.Parse(from);
        request.Method = method;
        request.Host = new HostString(host);
        if (authorization is not null)
        {
            request.Headers.Authorization = authorization;
        }

        return request;
    }
}
