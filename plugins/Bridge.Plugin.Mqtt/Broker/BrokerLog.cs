using Bridge.Plugin.Mqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What the broker logs. Clients appear as a short hash of their id. What a stranger can repeat is bounded.</summary>
internal sealed partial class BrokerLog(ILogger logger, TimeProvider clock)
{
    private readonly RepeatedLines _lines = new(clock);

    [LoggerMessage(1, LogLevel.Information, "broker started: {Sessions} sessions, {Queued} queued and {Retained} retained messages")]
    public partial void Started(int sessions, int queued, int retained);

    [LoggerMessage(2, LogLevel.Debug, "client {Client} connected")]
    public partial void Connected(string client);

    public void Refused(ReasonCode reason, string cure)
    {
        if (_lines.MayWrite($"a client was refused ({reason})"))
        {
            WriteRefused(reason, cure);
        }
    }

    [LoggerMessage(4, LogLevel.Debug, "client {Client} disconnected")]
    public partial void Disconnected(string client);

    public void CutOff(string client, ReasonCode reason, string problem)
    {
        if (_lines.MayWrite($"a client was cut off ({reason})"))
        {
            WriteCutOff(client, reason, problem);
        }
    }

    [LoggerMessage(6, LogLevel.Warning, "client {Client} may not subscribe to {Count} of its filters ({Reason})")]
    public partial void SubscriptionRefused(string client, int count, ReasonCode reason);

    public void TransportFailed(string problem)
    {
        if (_lines.MayWrite("a connection was refused"))
        {
            WriteTransportFailed(problem);
        }
    }

    public void Failed(Exception exception)
    {
        if (_lines.MayWrite("serving a client failed"))
        {
            WriteFailed(exception);
        }
    }

    /// <summary>Says what was left out in minutes that are over. Called now and then.</summary>
    public void TellTheRest() => _lines.TakeOver().ForEach(left => WriteMore(left.Kind, left.More));

    /// <summary>The broker ends: says what was left out.</summary>
    public void TellAllTheRest() => _lines.TakeAll().ForEach(left => WriteMore(left.Kind, left.More));

    [LoggerMessage(3, LogLevel.Warning, "a client was refused ({Reason}): {Cure}")]
    private partial void WriteRefused(ReasonCode reason, string cure);

    [LoggerMessage(5, LogLevel.Warning, "client {Client} was cut off ({Reason}): {Problem}")]
    private partial void WriteCutOff(string client, ReasonCode reason, string problem);

    [LoggerMessage(8, LogLevel.Warning, "a connection was refused: {Problem}")]
    private partial void WriteTransportFailed(string problem);

    [LoggerMessage(7, LogLevel.Error, "serving a client failed")]
    private partial void WriteFailed(Exception exception);

    [LoggerMessage(9, LogLevel.Warning, "{Kind}: and {More} more within a minute")]
    private partial void WriteMore(string kind, int more);
}
