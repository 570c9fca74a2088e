namespace Bridge.Plugin.Mqtt.Client;

/// <summary>Gives out packet ids in sequence, past those in use; never 0.</summary>
internal sealed class PacketIds
{
    private ushort _last;

    public ushort Next(Dictionary<ushort, Pending> sent, ExactlyOnce? exactlyOnce)
    {
        do
        {
            _last = _last == ushort.MaxValue ? (ushort)1 : (ushort)(_last + 1);
        }
        while (sent.ContainsKey(_last) || exactlyOnce?.IsInUse(_last) == true);

        return _last;
    }
}
