using System.Net;
using Bridge.Plugin.Mqtt.Broker;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>A connection that breaks while it is written to.</summary>
public sealed class AbortedConnectionTests
{
    [Theory]
    [InlineData(typeof(OperationCanceledException))] // an aborted WebSocket says it so
    [InlineData(typeof(IOException))]
    [InlineData(typeof(ObjectDisposedException))]
    public async Task A_connection_that_is_aborted_while_it_is_written_to_just_ends(Type says)
    {
        var problem = says == typeof(ObjectDisposedException) ? new ObjectDisposedException("stream") : (Exception)Activator.CreateInstance(says)!;
        await using var stream = new AbortedStream(problem);
        var connection = new ClientConnection(stream, IPAddress.Loopback, maxPacket: 1000, new Figures(), TimeProvider.System);
        connection.Open();
        connection.Send(new PingRespPacket());
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = connection.Closed.Register(closed.SetResult);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await connection.DisposeAsync();
        Assert.True(stream.IsDisposed);
    }

    /// <summary>Nothing comes, and nothing can be sent.</summary>
    private sealed class AbortedStream(Exception problem) : MemoryStream
    {
        public bool IsDisposed { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw problem;

        public override Task FlushAsync(CancellationToken cancellationToken) => throw problem;

        public override ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return base.DisposeAsync();
        }
    }
}
