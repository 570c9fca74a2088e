namespace Bridge.Plugin.Sms.Kannel;

/// <summary>Kannel gave no answer. The message is for the operator and names no host, number or secret.</summary>
internal sealed class KannelException(string message, bool mayHaveArrived) : IOException(message)
{
    /// <summary>False when not a byte of the request can have reached it.</summary>
    public bool MayHaveArrived => mayHaveArrived;
}
