namespace Bridge.Plugin.Sms.Http;

/// <summary>A gateway gave no answer. The message is for the operator and names no host, number or secret.</summary>
internal sealed class GatewayException(string message, bool mayHaveArrived) : IOException(message)
{
    /// <summary>False when not a byte of the request can have reached it.</summary>
    public bool MayHaveArrived => mayHaveArrived;
}
