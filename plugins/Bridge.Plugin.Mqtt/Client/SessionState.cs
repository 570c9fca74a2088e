namespace Bridge.Plugin.Mqtt.Client;

/// <summary>What is stored of the session with the broker; read before each connection.</summary>
/// <param name="Window">Which QoS 1 publishes came last.</param>
/// <param name="Received">Which QoS 2 publishes came and are not released.</param>
/// <param name="Sent">Which QoS 2 publishes of ours are on their way.</param>
internal sealed record SessionState(DuplicateWindow Window, ReceivedIds Received, SendRecords Sent);
