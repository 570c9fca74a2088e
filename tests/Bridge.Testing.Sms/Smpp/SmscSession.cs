using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Testing.Sms.Smpp;

/// <summary>One connection that an SMS centre serves.</summary>
internal sealed class SmscSession(Socket socket, Stream stream) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<CommandStatus>> _asked = [];
    private int _sequence;

    public PduReader Reader { get; } = new(PipeReader.Create(stream));

    /// <summary>Null until it is bound.</summary>
    public CommandId? Bind { get; set; }

    public bool Receives => Bind is CommandId.BindReceiver or CommandId.BindTransceiver;

    /// <summary>In pieces of this many octets; 0 for whole.</summary>
    public int Piece { get; set; }

    public async Task SendAsync(Pdu pdu)
    {
        var bytes = PduEncoder.Encode(pdu);
        await _turn.WaitAsync();
        try
        {
            for (var at = 0; at < bytes.Length; at += Piece == 0 ? bytes.Length : Piece)
            {
                await stream.WriteAsync(bytes.AsMemory(at, Piece == 0 ? bytes.Length : Math.Min(Piece, bytes.Length - at)));
                await stream.FlushAsync();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The status of the answer; null when the connection ended first.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="body">With this.</param>
    /// <param name="asked">Called when it has left and is not answered.</param>
    public async Task<CommandStatus?> AskAsync(CommandId command, PduBody? body = null, Action? asked = null)
    {
        var sequence = (uint)Interlocked.Increment(ref _sequence);
        var answer = _asked[sequence] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await SendAsync(Pdu.Request(command, sequence, body));
            asked?.Invoke();
            return await answer.Task;
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return null;
        }
    }

    public void Hear(Pdu answer)
    {
        if (_asked.TryRemove(answer.Sequence, out var asked))
        {
            asked.TrySetResult(answer.Status);
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        socket.Dispose();
        foreach (var asked in _asked.Values)
        {
            asked.TrySetCanceled();
        }
    }
}
