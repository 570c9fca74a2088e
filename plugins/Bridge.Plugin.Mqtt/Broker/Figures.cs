namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What the broker counts of its own work, from its start on.</summary>
internal sealed class Figures
{
    /// <summary>Where they are published. Nobody else publishes there.</summary>
    public const string Root = "$SYS/";

    /// <summary>Packets of any kind.</summary>
    public Counter PacketsReceived { get; } = new();

    public Counter PacketsSent { get; } = new();

    public Counter BytesReceived { get; } = new();

    public Counter BytesSent { get; } = new();

    /// <summary>PUBLISH packets.</summary>
    public Counter PublishesReceived { get; } = new();

    public Counter PublishesSent { get; } = new();

    public Counter PublishesDropped { get; } = new();

    /// <summary>Bytes of payloads.</summary>
    public Counter PayloadReceived { get; } = new();

    public Counter PayloadSent { get; } = new();

    /// <summary>Connections accepted by a listener.</summary>
    public Counter Sockets { get; } = new();

    /// <summary>CONNECT packets.</summary>
    public Counter Connects { get; } = new();

    /// <summary>Sessions that nobody came back for.</summary>
    public Counter Expired { get; } = new();

    /// <summary>Adds up; from any thread.</summary>
    internal sealed class Counter
    {
        private long _value;

        public long Value => Volatile.Read(ref _value);

        public void Add(long count = 1) => Interlocked.Add(ref _value, count);
    }
}
