using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// Asks a broker for a connection as the endpoint would, under a client id of its own: the session of the endpoint, which may be running, is not
/// taken over, and this one ends with the connection.
/// </summary>
internal static class BrokerProbe
{
    public static async ValueTask<ProbeResult> RunAsync(ClientSettings settings, EndpointContext context, CancellationToken cancellationToken)
    {
        var own = settings with { ClientId = $"{settings.ClientId}-connect-{context.Random.Next(0x10000):x4}", IsProbe = true, SessionExpiry = 0 };
        var began = context.Clock.GetTimestamp();
        await using var link = await BrokerLink.OpenAsync(own, context.Clock, cancellationToken);
        var took = context.Clock.GetElapsedTime(began);
        var writing = link.Writer.RunAsync(cancellationToken);
        link.Writer.Enqueue(new DisconnectPacket());
        link.Writer.Complete();
        await writing;
        return new ProbeResult.Works($"the broker takes MQTT {(settings.Version == ProtocolVersion.V5 ? "5" : "3.1.1")}, connected in {took.TotalMilliseconds:0} ms");
    }
}
