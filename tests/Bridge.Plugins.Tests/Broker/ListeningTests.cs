using System.Net.Sockets;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>One port, one broker; and what its owner is told.</summary>
public sealed class ListeningTests
{
    [Fact]
    public async Task A_port_in_use_is_a_reason_with_its_address_and_a_cure()
    {
        await using var first = await RunningBroker.StartAsync();
        var log = new ListLogger();
        await using var second = await RunningBroker.RunAsync(new() { Listen = [$"127.0.0.1:{first.Port}"] }, logger: log);
        var failure = await Assert.ThrowsAsync<IOException>(() => second.Running);
        Assert.Equal($"address 127.0.0.1:{first.Port} is in use by another program: stop that one, or change embedded.listen", failure.Message);
        Assert.Empty(log.Lines);
        await using var client = await RawClient.ConnectAsync(first.Port, RawClient.Hello("c"));
        Assert.Equal(ReasonCode.Success, client.Answer.Reason);
    }

    [Fact]
    public async Task A_broker_listens_again_at_once_where_connections_of_the_last_one_linger()
    {
        using var left = new Socket(SocketType.Stream, ProtocolType.Tcp);
        int port;
        await using (var first = await RunningBroker.StartAsync())
        {
            port = first.Port;
            await left.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        }

        // The broker closed first and the client has not: the kernel keeps that connection on the port, as after a kill.
        var log = new ListLogger();
        await using var second = await RunningBroker.RunAsync(new() { Listen = [$"127.0.0.1:{port}"] }, logger: log);
        Assert.Equal(port, second.Port);
        Assert.Equal("broker started: 0 sessions, 0 queued and 0 retained messages", Assert.Single(log.Lines));
    }

    [Fact]
    public async Task A_refused_client_is_logged_with_a_cure_and_without_its_name()
    {
        var log = new ListLogger();
        await using var broker = await RunningBroker.RunAsync(new() { Listen = ["127.0.0.1:0"], Anonymous = AnonymousAccess.Never }, logger: log);
        await using (var anonymous = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("canary")))
        {
            Assert.Equal(ReasonCode.NotAuthorized, anonymous.Answer.Reason);
        }

        await using var unknown = await RawClient.ConnectAsync(broker.Port, RawClient.Hello("canary") with { Username = "canary" });
        Assert.Equal(ReasonCode.BadUserNameOrPassword, unknown.Answer.Reason);
        Assert.Contains(log.Lines, line => line.Contains("add it to 'embedded.users'", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("not those of one in 'embedded.users'", StringComparison.Ordinal));
        Assert.DoesNotContain("canary", string.Concat(log.Lines), StringComparison.Ordinal);
    }

    private sealed class ListLogger : ILogger
    {
        private readonly Lock _gate = new();
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_gate)
                {
                    return [.. _lines];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_gate)
            {
                _lines.Add(formatter(state, exception));
            }
        }
    }
}
