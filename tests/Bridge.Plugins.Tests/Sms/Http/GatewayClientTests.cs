using System.Net;
using System.Net.Sockets;
using Bridge.Plugin.Sms.Http;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Http;

/// <summary>What is known of a request that got no answer, by the runtime's own HTTP and real sockets.</summary>
public sealed class GatewayClientTests : IDisposable
{
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);

    public GatewayClientTests() => _silent.Start();

    [Fact]
    public async Task A_connection_that_is_not_made_in_time_has_carried_nothing()
    {
        using var impatient = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(50) };
        var failure = await FailAsync("https", impatient, TimeProvider.System); // whose greeting nobody answers
        Assert.Equal(("the service does not accept connections", false), (failure.Message, failure.MayHaveArrived));
    }

    [Fact]
    public async Task A_request_that_is_not_answered_in_time_may_have_arrived()
    {
        var clock = new ManualClock();
        var failing = FailAsync("http", handler: null, clock);
        using var connection = await _silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await connection.GetStream().ReadExactlyAsync(new byte[4], TestContext.Current.CancellationToken); // POST
        clock.Advance(TimeSpan.FromSeconds(20));
        var failure = await failing;
        Assert.Equal(("the service did not answer in time", true), (failure.Message, failure.MayHaveArrived));
    }

    public void Dispose() => _silent.Dispose();

    private async Task<GatewayException> FailAsync(string scheme, HttpMessageHandler? handler, TimeProvider clock)
    {
        using var client = new GatewayClient("the service", handler, clock, longestAnswer: 1_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{scheme}://{_silent.LocalEndpoint}/") { Content = new StringContent("x") };
        return await Assert.ThrowsAsync<GatewayException>(() => client.ExchangeAsync(request, TestContext.Current.CancellationToken));
    }
}
