using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>Nobody can fill the disk by way of the log.</summary>
public sealed class RepeatedLinesTests
{
    private readonly Lines _log = new();

    [Fact]
    public async Task What_strangers_do_wrong_is_ten_lines_a_minute_and_then_how_many_more()
    {
        await using var broker = await StartAsync();
        for (var i = 0; i < 25; i++)
        {
            await using var stranger = await RawClient.OpenAsync(broker.Port);
            await stranger.SendAsync(new PingReqPacket());
            await stranger.ClosedAsync();
        }

        Assert.Equal(10, _log.Count("was cut off"));
        await broker.DroppedAsync("a client cut off", 25);
        broker.Clock.Advance(TimeSpan.FromSeconds(61));
        await broker.UntilAsync(_ => _log.Count("a client was cut off (ProtocolError): and 15 more within a minute") == 1, "told");
        await using var next = await RawClient.OpenAsync(broker.Port);
        await next.SendAsync(new PingReqPacket());
        await next.ClosedAsync();
        Assert.Equal(11, _log.Count("was cut off (ProtocolError): a client did not begin with CONNECT"));
    }

    [Fact]
    public async Task Each_kind_of_refusal_has_lines_of_its_own_and_the_rest_is_told_at_the_end()
    {
        await using (var broker = await StartAsync())
        {
            for (var i = 0; i < 12; i++)
            {
                await using var stranger = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c", clean: false) with { ClientId = new string('x', 300) });
                Assert.Equal(ReasonCode.ClientIdentifierNotValid, stranger.Answer.Reason);
            }

            await using var other = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("c") with { Username = "nobody", Password = Payload.FromText("x") });
            Assert.Equal(ReasonCode.BadUserNameOrPassword, other.Answer.Reason);
            Assert.Equal(10, _log.Count("a client was refused (ClientIdentifierNotValid)"));
            Assert.Equal(1, _log.Count("a client was refused (BadUserNameOrPassword)"));
            await broker.DroppedAsync("a connection refused: its login, its client id or its will", 13);
        }

        Assert.Equal(1, _log.Count("a client was refused (ClientIdentifierNotValid): and 2 more within a minute"));
    }

    private Task<RunningBroker> StartAsync() => RunningBroker.RunAsync(new EmbeddedOptions { Listen = ["127.0.0.1:0"] }, logger: _log);

    private sealed class Lines : ILogger
    {
        private readonly ConcurrentQueue<string> _all = new();

        public int Count(string part) => _all.Count(line => line.Contains(part, StringComparison.Ordinal));

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _all.Enqueue(formatter(state, exception));
    }
}
