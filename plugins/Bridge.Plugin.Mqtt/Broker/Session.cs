using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What the broker knows of one client id, connected or not. Everything is read and written with the broker's lock held.</summary>
internal sealed class Session(string clientId, string? username, ushort firstPacketId) : IDisposable
{
    public const uint NeverExpires = uint.MaxValue;

    private TaskCompletionSource? _room;

    public string ClientId { get; } = clientId;

    /// <summary>Who began it; nobody else may resume it.</summary>
    public string? Username { get; } = username;

    /// <summary>In seconds, from the end of the connection.</summary>
    public uint Expiry { get; set; }

    /// <summary>It outlives its connection, so it is stored.</summary>
    public bool IsPersistent => Expiry > 0;

    /// <summary>There is a row of it in the endpoint's state.</summary>
    public bool IsStored { get; set; }

    /// <summary>Its end was decided; what is still on its way to it is dropped.</summary>
    public bool HasEnded { get; set; }

    public Grants Subscriptions { get; } = new();

    /// <summary>The subscriptions that are owed retained messages, by their filters.</summary>
    public Dictionary<string, Replay> Replays { get; } = new(StringComparer.Ordinal);

    /// <summary>The connection that takes them now; null when none does.</summary>
    public ClientConnection? ReplayedTo { get; set; }

    /// <summary>What its user may do now.</summary>
    public Permissions Permissions { get; set; } = Permissions.None;

    /// <summary>Packet ids of QoS 2 publishes that were published and not released: a repeat of one is no new message.</summary>
    public HashSet<ushort> Received { get; } = [];

    public OutgoingQueue Outgoing { get; } = new(firstPacketId);

    /// <summary>Recognises what the client repeats; null when the session is not stored.</summary>
    public DuplicateWindow? Duplicates { get; set; }

    /// <summary>The connection that speaks for the client now.</summary>
    public ClientConnection? Owner { get; set; }

    /// <summary>The owner, once its CONNACK has gone out: messages go here.</summary>
    public ClientConnection? Link { get; set; }

    /// <summary>When the last connection ended; null while there is one.</summary>
    public DateTimeOffset? AwaySince { get; set; }

    /// <summary>When the client last took something off its queue, or connected.</summary>
    public DateTimeOffset LastProgress { get; set; }

    public Will? Will { get; set; }

    /// <summary>
    /// In seconds, as the CONNECT said; a crash of the broker gives the client that long to come back before its will is published.
    /// </summary>
    public ushort KeepAlive { get; set; }

    /// <summary>When the will is published unless the client comes back; null for no.</summary>
    public DateTimeOffset? WillDue { get; set; }

    public uint WillDelay => Will?.Properties.Number(PropertyId.WillDelayInterval) ?? 0;

    /// <summary>Completes when its queue has room for what need not be sent at once.</summary>
    public Task RoomAsync() => (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void HasRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }

    public bool IsExpired(DateTimeOffset now) => AwaySince is { } since && Expiry != NeverExpires && since.AddSeconds(Expiry) <= now;

    public void Dispose() => Duplicates?.Dispose();
}
