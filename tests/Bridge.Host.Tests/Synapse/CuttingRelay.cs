using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bridge.Host.Tests.Synapse;

/// <summary>Stands between Bridge and a homeserver, and can keep back the answer to a message that the homeserver has taken.</summary>
internal sealed class CuttingRelay : IAsyncDisposable
{
    private static readonly byte[] s_send = Encoding.ASCII.GetBytes("/send/m.room.message/");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _to;
    private readonly Task _accepting;
    private TaskCompletionSource? _cut;

    public CuttingRelay(int to)
    {
        _to = to;
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The answer to the next message is never given; completes when the homeserver has answered.</summary>
    public Task CutNextAnswer()
    {
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _cut, cut);
        return cut.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync(_stopping.Token);
                _ = Task.Run(() => RelayAsync(near));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task RelayAsync(TcpClient near)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _to, both.Token);
                var sending = false;
                var there = PumpAsync(near, far, bytes => (sending |= bytes.Span.IndexOf(s_send) >= 0) || true, both.Token);
                var back = PumpAsync(far, near, _ => !IsCut(ref sending), both.Token);
                await Task.WhenAny(there, back);
                await both.CancelAsync();
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException)
            {
                // The homeserver is not there: the connection closes.
            }
        }
    }

    /// <summary>Until one side closes, or these bytes are not to go on.</summary>
    private static async Task PumpAsync(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, bool> goesOn, CancellationToken stopping)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.GetStream().ReadAsync(buffer, stopping)) > 0 && goesOn(buffer.AsMemory(0, read)))
            {
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), stopping);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // Closed.
        }
    }

    private bool IsCut(ref bool sending)
    {
        var wasSending = sending;
        sending = false;
        if (!wasSending || Interlocked.Exchange(ref _cut, null) is not { } cut)
        {
            return false;
        }

        cut.SetResult();
        return true;
    }
}
