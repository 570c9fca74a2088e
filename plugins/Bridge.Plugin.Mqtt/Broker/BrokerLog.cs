using Bridge.Plugin.Mqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What the broker logs. Clients appear as a short hash of their id.</summary>
internal sealed partial class BrokerLog(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Information, "broker started: {Sessions} sessions, {Queued} queued and {Retained} retained messages")]
    public partial void Started(int sessions, int queued, int retained);

    [LoggerMessage(2, LogLevel.Debug, "client {Client} connected")]
    public partial void Connected(string client);

    [LoggerMessage(3, LogLevel.Warning, "a client was refused ({Reason}): {Cure}")]
    public partial void Refused(ReasonCode reason, string cure);

    [LoggerMessage(4, LogLevel.Debug, "client {Client} disconnected")]
    public partial void Disconnected(string client);

    [LoggerMessage(5, LogLevel.Warning, "client {Client} was cut off ({Reason}): {Problem}")]
    public partial void CutOff(string client, ReasonCode reason, string problem);

    [LoggerMessage(6, LogLevel.Warning, "client {Client} may not subscribe to {Count} of its filters ({Reason})")]
    public partial void SubscriptionRefused(string client, int count, ReasonCode reason);

    [LoggerMessage(8, LogLevel.Warning, "a connection was refused: {Problem}")]
    public partial void TransportFailed(string problem);

    [LoggerMessage(7, LogLevel.Error, "serving a client failed")]
    public partial void Failed(Exception exception);
}
