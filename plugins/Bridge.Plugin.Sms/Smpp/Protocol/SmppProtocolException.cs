namespace Bridge.Plugin.Sms.Smpp.Protocol;

/// <summary>What comes is no stream of PDUs, or not any more: the connection is of no use. The message holds nothing that the peer sent.</summary>
internal sealed class SmppProtocolException(string message) : IOException(message);
