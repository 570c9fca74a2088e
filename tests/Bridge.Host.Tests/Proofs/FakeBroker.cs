using System.Net;
using System.Net.Sockets;

namespace Bridge.Host.Tests.Proofs;

/// <summary>A listener that answers every connection with the same bytes, whatever it is sent.</summary>
internal sealed class FakeBroker : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;
    private int _connections;

    /// <param name="answer">Sent as soon as somebody connects.</param>
    /// <param name="thenCloses">False: the connection stays open and silent.</param>
    public FakeBroker(byte[] answer, bool thenCloses)
    {
        _listener.Start();
        _serving = ServeAsync(answer, thenCloses);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task ServeAsync(byte[] answer, bool thenCloses)
    {
        var open = new List<TcpClient>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                Interlocked.Increment(ref _connections);
                open.Add(client);
                await TryAnswerAsync(client, answer, thenCloses);
            }
        }
        finally
        {
            open.ForEach(client => client.Dispose());
        }
    }

    private async Task TryAnswerAsync(TcpClient client, byte[] answer, bool thenCloses)
    {
        try
        {
            await client.GetStream().WriteAsync(answer, _stopping.Token);
            if (thenCloses)
            {
                client.Dispose();
            }
        }
        catch (IOException)
        {
            // It hung up on us, which is its good right.
        }
    }
}
