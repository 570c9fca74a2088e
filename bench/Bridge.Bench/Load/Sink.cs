using System.Diagnostics;
using System.Net.Sockets;
using Bridge.Bench.Wire;

namespace Bridge.Bench.Load;

/// <summary>A QoS 1 subscriber of <c>dst/#</c> with a persistent session that enters all it gets into the ledger; reconnects for as long as needed.</summary>
internal sealed class Sink(Ledger ledger, int port, string clientId)
{
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Subscribed => _subscribed.Task;

    public void Run(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var wire = new MqttWire(port, clientId, cleanStart: false);
                using var stop = stopping.Register(wire.Dispose);
                wire.Subscribe("dst/#");
                Pump(wire);
            }
            catch (Exception lost) when (lost is SocketException or IOException or ObjectDisposedException)
            {
                stopping.WaitHandle.WaitOne(50);
            }
        }
    }

    private void Pump(MqttWire wire)
    {
        while (true)
        {
            var (type, body) = wire.Read();
            if (type >> 4 == 9)
            {
                _subscribed.TrySetResult();
            }

            if (type >> 4 != 3)
            {
                continue;
            }

            var publish = new Received(type, body.Span);
            ledger.Receive(Source.NumberIn(publish.Payload), publish.EventId, Stopwatch.GetTimestamp());
            if (publish.Qos > 0)
            {
                wire.Send(MqttWire.PubAck(publish.PacketId));
            }
        }
    }
}
