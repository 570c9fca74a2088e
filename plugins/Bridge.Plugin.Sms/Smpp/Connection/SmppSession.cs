using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Threading.Channels;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugin.Sms.Smpp.Connection;

/// <summary>
/// One bound connection. Requests leave in the order of <see cref="AskAsync"/>, and each gets one <see cref="Reply"/>, whatever becomes of the
/// connection.
/// </summary>
internal sealed partial class SmppSession : IAsyncDisposable
{
    // More than this is only held back by who asks and does not read our answers.
    private const int MostOutgoing = 10_000;

    private readonly Stream _stream;
    private readonly PduReader _reader;
    private readonly EndpointContext _context;
    private readonly TimeSpan _keepAlive;
    private readonly Channel<(byte[] Bytes, Exchange? Exchange)> _outgoing =
        Channel.CreateBounded<(byte[], Exchange?)>(new BoundedChannelOptions(MostOutgoing) { SingleReader = true });
    private readonly ConcurrentDictionary<uint, Exchange> _open = [];
    private readonly TaskCompletionSource _dismissed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _leaving;
    private int _sequence;
    private long _heardAt;
    private long _answeredAt; // a message of ours

    private SmppSession(Stream stream, EndpointContext context, TimeSpan keepAlive)
    {
        (_stream, _context, _keepAlive) = (stream, context, keepAlive);
        _reader = new PduReader(PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true)));
        _heardAt = _answeredAt = context.Clock.GetTimestamp();
    }

    /// <summary>Whether it takes messages.</summary>
    public bool Sends { get; private init; }

    private TimeProvider Clock => _context.Clock;

    /// <summary>
    /// A message, an enquiry or a farewell. From any thread; completes when it is answered or the session has ended, and never fails.
    /// </summary>
    public Task<Reply> AskAsync(CommandId command, PduBody? body = null)
    {
        var notSent = Task.FromResult<Reply>(new Reply.Lost(MayHaveArrived: false));
        if (_leaving && command == CommandId.SubmitSm)
        {
            return notSent;
        }

        var exchange = new Exchange(command, Clock.GetTimestamp());
        var pdu = Pdu.Request(command, NextSequence(), body);
        var bytes = PduEncoder.Encode(pdu);
        _open[pdu.Sequence] = exchange;
        if (_outgoing.Writer.TryWrite((bytes, exchange)))
        {
            return exchange.Reply;
        }

        _open.TryRemove(pdu.Sequence, out _);
        return notSent;
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await _stream.DisposeAsync();
        Abandon();
    }

    // 1 to 0x7fffffff (SMPP 3.4 section 3.2).
    private uint NextSequence() => (uint)((Interlocked.Increment(ref _sequence) - 1) & 0x3fff_ffff) + 1;

    private void Answer(Pdu answer)
    {
        if (!_outgoing.Writer.TryWrite((PduEncoder.Encode(answer), null)) && !_leaving)
        {
            throw new IOException("the SMS centre does not read what it is answered");
        }
    }

    private void Close()
    {
        _leaving = true;
        _outgoing.Writer.TryComplete();
    }

    /// <summary>Nobody waits for ever: what has no answer by now gets none.</summary>
    private void Abandon()
    {
        foreach (var (sequence, exchange) in _open)
        {
            _open.TryRemove(sequence, out _);
            exchange.End(new Reply.Lost(exchange.HasLeft));
        }
    }
}
