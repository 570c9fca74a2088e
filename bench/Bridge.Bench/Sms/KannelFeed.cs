using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bridge.Bench.Load;
using Bridge.Bench.Wire;

namespace Bridge.Bench.Sms;

/// <summary>Hands each message of a broker to Kannel's sendsms, and acknowledges it when Kannel has it: 32 at a time, each on a connection and thread of its own.</summary>
internal sealed class KannelFeed : IDisposable
{
    private const int Connections = 32;

    private readonly MqttWire _broker;
    private readonly int _port;
    private readonly BlockingCollection<(int Number, byte[] PacketId)> _waiting = [];
    private readonly Lock _gate = new();

    public KannelFeed(int broker, int port)
    {
        (_broker, _port) = (new MqttWire(broker, "kannel-feed", cleanStart: true), port);
        _broker.Subscribe("src/#");
        while (_broker.Read().Type >> 4 != 9)
        {
            // Until it is subscribed.
        }

        Start(Hear);
        for (var connection = 0; connection < Connections; connection++)
        {
            Start(Send);
        }
    }

    public void Dispose()
    {
        _broker.Dispose();
        _waiting.CompleteAdding();
    }

    private static void Start(Action work) => new Thread(() => Run(work), maxStackSize: 256 * 1024) { IsBackground = true }.Start();

    private static void Run(Action work)
    {
        try
        {
            work();
        }
        catch (Exception closed) when (closed is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The end.
        }
    }

    private void Hear()
    {
        while (true)
        {
            var (type, body) = _broker.Read();
            if (type >> 4 == 3)
            {
                var publish = new Received(type, body.Span);
                _waiting.Add((Source.NumberIn(publish.Payload), publish.PacketId.ToArray()));
            }
        }
    }

    private void Send()
    {
        using var kannel = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        kannel.Connect(IPAddress.Loopback, _port);
        var buffer = new byte[4_096];
        var words = Uri.EscapeDataString(SmsContest.Words);
        foreach (var (number, packetId) in _waiting.GetConsumingEnumerable())
        {
            kannel.Send(Encoding.ASCII.GetBytes(
                $"GET /cgi-bin/sendsms?username=bridge&password=secret&from=12345&to=%2B4915{10_000_000 + (number % 1_000)}&text={number}%20{words} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            if (!Answer(kannel, buffer).StartsWith("HTTP/1.1 202"u8))
            {
                throw new IOException("Kannel did not take a message");
            }

            lock (_gate)
            {
                _broker.Send(MqttWire.PubAck(packetId));
            }
        }
    }

    private static ReadOnlySpan<byte> Answer(Socket kannel, byte[] buffer)
    {
        var end = 0;
        while (true)
        {
            var read = kannel.Receive(buffer, end, buffer.Length - end, SocketFlags.None);
            end += read > 0 ? read : throw new IOException("Kannel hung up");
            var answer = buffer.AsSpan(0, end);
            if (answer.EndsWith("Accepted for delivery"u8) || answer.EndsWith("Queued for later delivery"u8))
            {
                return answer;
            }
        }
    }
}
