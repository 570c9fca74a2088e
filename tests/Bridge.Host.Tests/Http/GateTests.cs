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

    private Gate GateOf(string listen, string? token) => new(
        new HttpConfig(new IPEndPoint(IPAddress.Parse(listen), 8480), new Uri("https://bridge.example.org"), token is null ? null : new Secret(token)), _clock);

    private static HttpRequest Request(string method = "GET", string host = "127.0.0.1", string? authorization = null)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        request.Host = new HostString(host);
        if (authorization is not null)
        {
            request.Headers.Authorization = authorization;
        }

        return request;
    }
}
