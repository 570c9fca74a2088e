using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Bridge.Bench.Wire;

namespace Bridge.Bench.Load;

/// <summary>
/// A QoS 1 publisher that keeps what was acknowledged: 256-byte JSON on <c>src/k0</c> to <c>src/kN</c>, resent with DUP after a reconnect.
/// Paced (<see cref="Rate"/>) or as a closed loop (<see cref="Window"/> messages sent and not yet seen by the sink).
/// </summary>
internal sealed partial class Source(Ledger ledger, int port, string clientId, int first = 0) : IDisposable
{
    private const int MaxUnacknowledged = 1000;
    private readonly ConcurrentDictionary<ushort, int> _unacknowledged = new();
    private MqttWire? _wire;
    private int _next = first;

    /// <summary>Messages per second; 0: closed loop.</summary>
    public int Rate { get; init; }

    public int Window { get; init; } = 2000;

    public static byte[] PayloadOf(int number)
    {
        var text = $$"""{"n":{{number}},"on":true,"temperature":21.5,"battery":88,"linkquality":120,"pad":"{{new string('x', 172)}}"}""";
        return Encoding.UTF8.GetBytes(text.PadRight(256));
    }

    public static int NumberIn(ReadOnlySpan<byte> payload)
    {
        var digits = payload[5..];
        return int.Parse(digits[..digits.IndexOf((byte)',')], CultureInfo.InvariantCulture);
    }

    public void Dispose() => _wire?.Dispose();

    /// <summary>Publishes until <paramref name="stopping"/>, or until number <paramref name="end"/>; reconnects for as long as needed.</summary>
    public void Run(int end, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested && (_next < end || !_unacknowledged.IsEmpty))
        {
            try
            {
                using var wire = _wire = new MqttWire(port, clientId, cleanStart: false);
                using var closed = new CancellationTokenSource();
                var reader = Task.Factory.StartNew(() => ReadAcknowledgements(wire, closed), TaskCreationOptions.LongRunning);
                Resend(wire);
                Pump(wire, end, CancellationTokenSource.CreateLinkedTokenSource(stopping, closed.Token).Token);
                wire.Dispose();
                reader.Wait(CancellationToken.None);
            }
            catch (Exception lost) when (lost is SocketException or IOException or ObjectDisposedException)
            {
                stopping.WaitHandle.WaitOne(50);
            }
        }
    }

    private void Pump(MqttWire wire, int end, CancellationToken stopping)
    {
        var (began, start) = (Stopwatch.GetTimestamp(), _next);
        while (!stopping.IsCancellationRequested && (_next < end || !_unacknowledged.IsEmpty))
        {
            var room = Math.Min(end - _next, Math.Min(MaxUnacknowledged, wire.ReceiveMaximum) - _unacknowledged.Count);
            var due = Rate > 0
                ? (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * Rate) + 1 - (_next - start)
                : Window - ledger.InFlight;
            var batch = Math.Min(Math.Min(room, due), 200);
            if (batch <= 0)
            {
                Rest();
                continue;
            }

            using var bytes = new MemoryStream(batch * 300);
            for (var i = 0; i < batch; i++, _next++)
            {
                var id = (ushort)((_next % 65_535) + 1);
                _unacknowledged[id] = _next;
                var intended = Rate > 0 ? began + (long)((_next - start) * (double)Stopwatch.Frequency / Rate) : Stopwatch.GetTimestamp();
                ledger.Send(_next, intended);
                bytes.Write(MqttWire.Publish($"src/k{ledger.KeyOf(_next)}", id, PayloadOf(_next)));
            }

            wire.Send(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }

        // What is on the wire counts, so its acknowledgements are waited for.
        for (var since = Stopwatch.GetTimestamp(); !_unacknowledged.IsEmpty && Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(3);)
        {
            Rest();
        }
    }

    // .NET waits in whole milliseconds, which would be most of the latency that is measured here.
    private static void Rest() => _ = MicroSleep(50);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int MicroSleep(uint microseconds);

    private void Resend(MqttWire wire)
    {
        foreach (var (id, number) in _unacknowledged.OrderBy(pair => pair.Value))
        {
            wire.Send(MqttWire.Publish($"src/k{ledger.KeyOf(number)}", id, PayloadOf(number), duplicate: true));
        }
    }

    private void ReadAcknowledgements(MqttWire wire, CancellationTokenSource closed)
    {
        try
        {
            while (true)
            {
                var (type, body) = wire.Read();
                if (type >> 4 == 4 && _unacknowledged.TryRemove((ushort)((body.Span[0] << 8) | body.Span[1]), out var number))
                {
                    ledger.Acknowledge(number);
                }
            }
        }
        catch (Exception lost) when (lost is SocketException or IOException or ObjectDisposedException)
        {
            closed.Cancel();
        }
    }
}
