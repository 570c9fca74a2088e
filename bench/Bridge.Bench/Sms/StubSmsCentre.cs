using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bridge.Bench.Load;

namespace Bridge.Bench.Sms;

/// <summary>An SMS centre (SMPP 3.4) that takes every message at once and remembers nothing but which came when. One thread for each connection.</summary>
internal sealed class StubSmsCentre : IDestination
{
    private const int HeaderLength = 16;
    private const uint SubmitSm = 0x4;
    private const uint Answer = 0x8000_0000;

    private readonly Ledger _ledger;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _connections = [];
    private Task _accepting = Task.CompletedTask;
    private int _ids;

    public StubSmsCentre(Ledger ledger)
    {
        _ledger = ledger;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Task StartAsync()
    {
        _accepting = AcceptAsync();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        _connections.ForEach(connection => connection.Dispose());
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _connections.Add(socket);
                new Thread(() => Serve(socket), maxStackSize: 256 * 1024) { IsBackground = true }.Start();
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            var (buffer, end) = (new byte[64 * 1024], 0);
            while (true)
            {
                var read = socket.Receive(buffer, end, buffer.Length - end, SocketFlags.None);
                if (read == 0)
                {
                    return;
                }

                end += read;
                var taken = AnswerAll(buffer.AsSpan(0, end), out var answers);
                socket.Send(answers);
                buffer.AsSpan(taken, end - taken).CopyTo(buffer);
                end -= taken;
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The peer was killed, or all is over.
        }
    }

    /// <summary>How many octets were whole requests; their answers go together.</summary>
    private int AnswerAll(ReadOnlySpan<byte> bytes, out byte[] answers)
    {
        using var written = new MemoryStream();
        var at = 0;
        while (bytes.Length - at >= HeaderLength && BinaryPrimitives.ReadInt32BigEndian(bytes[at..]) is var length && bytes.Length - at >= length)
        {
            var pdu = bytes.Slice(at, length);
            var command = BinaryPrimitives.ReadUInt32BigEndian(pdu[4..]);
            if (command == SubmitSm)
            {
                _ledger.Receive(NumberIn(pdu[HeaderLength..]), null, Stopwatch.GetTimestamp());
            }

            if ((command & Answer) == 0)
            {
                Write(written, command, pdu.Slice(12, 4));
            }

            at += length;
        }

        answers = written.ToArray();
        return at;
    }

    /// <summary>A name where one belongs: of a message (submit_sm_resp), or ours (bind_..._resp); enquire_link and unbind have none.</summary>
    private void Write(MemoryStream written, uint command, ReadOnlySpan<byte> sequence)
    {
        var body = command is SubmitSm ? (++_ids).ToString(CultureInfo.InvariantCulture) + "\0" : command <= 9 && command != 6 ? "STUB\0" : "";
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteInt32BigEndian(header, HeaderLength + body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], command | Answer);
        header[8..12].Clear();
        sequence.CopyTo(header[12..]);
        written.Write(header);
        written.Write(Encoding.ASCII.GetBytes(body));
    }

    /// <summary>The digits with which the text of a submit_sm begins (SMPP 3.4 section 4.4.1).</summary>
    private static int NumberIn(ReadOnlySpan<byte> body)
    {
        body = AfterText(body)[2..]; // service_type; ton and npi of the source
        body = AfterText(body)[2..]; // its address; ton and npi of the destination
        body = AfterText(body)[3..]; // its address; esm_class, protocol_id, priority_flag
        body = AfterText(AfterText(body))[5..]; // the times; four flags and the length
        return int.Parse(body[..body.IndexOf((byte)' ')], CultureInfo.InvariantCulture);
    }

    private static ReadOnlySpan<byte> AfterText(ReadOnlySpan<byte> body) => body[(body.IndexOf((byte)0) + 1)..];
}
