namespace Bridge.Plugin.Mqtt.Protocol.Transport;

/// <summary>
/// A connection could not be made: TLS or WebSocket did not come about. The message is a sentence for the operator with its cure behind a colon or
/// semicolon; it holds nothing that the peer sent.
/// </summary>
internal sealed class TransportException(string message, Exception? inner = null) : Exception(message, inner);
