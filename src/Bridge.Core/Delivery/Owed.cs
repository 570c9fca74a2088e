using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>One open delivery in memory, opened and ready to be worked on. Touched only by its endpoint's <see cref="SerialQueue"/>.</summary>
internal sealed class Owed(DeliveryRow row, DeliveryContent content, Arrival? arrival, DeliveryProgress progress)
{
    public DeliveryId Id { get; } = row.Id;

    public EventId Event { get; } = row.Event;

    public LaneId Lane { get; } = row.Lane;

    public DateTimeOffset CreatedAt { get; } = row.CreatedAt;

    public DeliveryContent Content { get; } = content;

    /// <summary>Where it goes: of a portal the conversation itself, once its lane knows it.</summary>
    public Address To { get; set; } = content.To;

    /// <summary>The event itself: always there for a forward, otherwise when somebody had it at hand or looked it up.</summary>
    public Arrival? Arrival { get; set; } = arrival;

    public DeliveryProgress Progress { get; set; } = progress;

    public DeliveryState State { get; set; } = row.State;

    public int Attempts { get; set; } = row.Attempts;

    public DateTimeOffset? NotBefore { get; set; } = row.NotBefore;

    /// <summary>What it costs to keep in memory, roughly.</summary>
    public int Size { get; } = row.Content.Length + (row.Progress?.Length ?? 0) + (arrival is null ? 0 : EventSize.Of(arrival.Inbound.Event));

    public OwedPhase Phase { get; set; }

    /// <summary>Its place in the lane when that was read from the store at start; the first ones may have been sent without our knowing.</summary>
    public int RecoveredAs { get; set; } = int.MaxValue;

    /// <summary>Fitted; null until its turn.</summary>
    public EquatableArray<BridgeEvent>? Parts { get; set; }

    /// <summary>The message it answers, in the destination's own naming.</summary>
    public NativeId? ReplyTo { get; set; }

    /// <summary>The thread it belongs to, in the destination's own naming.</summary>
    public NativeId? Thread { get; set; }

    /// <summary>What we sent before and it takes back, in the destination's own naming.</summary>
    public EquatableArray<NativeId> Earlier { get; set; }

    /// <summary>The first words of the message that it refers to; null: it refers to none, or nobody knows them any more.</summary>
    public MessageText? Quote { get; set; }

    /// <summary>The relation or answer was looked up: <see cref="Body"/> and <see cref="ReplyTo"/> speak the destination's language.</summary>
    public bool Resolved { get; set; }

    /// <summary>Its body in the destination's naming, or with a later edit folded in; null: as it came.</summary>
    public BridgeEvent? Rewritten { get; set; }

    /// <summary>Later deliveries that go with this one: edits folded into it.</summary>
    public List<Owed>? Folded { get; set; }

    /// <summary>What a resend means where it was sent; null: it was not sent since it was read.</summary>
    public ResendClass? Resend { get; set; }

    /// <summary>Ids of handed-over parts that are not recorded yet.</summary>
    public List<NativeClaim>? Claims { get; set; }

    public DateTimeOffset SentAt { get; set; }

    /// <summary>What its latest attempt cost, and on which day.</summary>
    public (DateOnly Day, int Units) Paid { get; set; }

    /// <summary>What is sent there may come back without our knowing it; true until somebody says otherwise.</summary>
    public bool MayEcho { get; set; } = true;

    /// <summary>The network may have a part whose native ids are not durable here.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>The network was asked since the last send, and could not tell.</summary>
    public bool Asked { get; set; }

    /// <summary>The state to be recorded when its turn in the lane comes.</summary>
    public DeliveryState? Outcome { get; set; }

    public BridgeEvent Body => Rewritten ?? Content.Content ?? Arrival!.Inbound.Event;

    /// <summary>The part to be sent next.</summary>
    public int Part => Enumerable.Range(0, Progress.Parts.Count).FirstOrDefault(part => Progress.Parts.All(done => done.Part != part), Progress.Parts.Count);

    /// <summary>The network has some of it.</summary>
    public bool IsBegun => Progress.Parts.Count > 0;

    /// <summary>A person's retry gives it as much time again as it had at first.</summary>
    private TimeSpan Reprieve => Progress.RetriedAt is { } at ? at - CreatedAt : TimeSpan.Zero;

    /// <summary>When it is of no use any more; null: never.</summary>
    public DateTimeOffset? Expires => Content.Expires?.Later(Reprieve);

    /// <summary>When it is of no use any more, or has been tried for long enough; whichever comes first.</summary>
    public DateTimeOffset Deadline =>
        (Content.Expires is { } expires && expires < Content.RetryUntil ? expires : Content.RetryUntil).Later(Reprieve);

    /// <summary>Passed its deadline because of <see cref="DeliveryContent.Expires"/>, not because of the retry limit.</summary>
    public bool IsExpiry => Content.Expires is { } expires && expires < Content.RetryUntil;

    /// <summary>Part of its content may already be with the network, or its text was fixed by a plan: no edit may be folded in.</summary>
    public bool Untouched => Attempts == 0 && Progress.Plan.Count == 0 && Progress.DoubtSince is null && RecoveredAs != 0 && Phase == OwedPhase.Waiting;
}

/// <summary>Where an open delivery stands in its lane.</summary>
internal enum OwedPhase
{
    /// <summary>Waits for its turn.</summary>
    Waiting,

    /// <summary>Something is looked up or committed before it can be sent.</summary>
    Preparing,

    /// <summary>The endpoint has it.</summary>
    Sending,

    /// <summary>Was sent and must be sent again; what was sent after it has not come back yet.</summary>
    Again,

    /// <summary>Has an outcome that waits to be recorded in lane order.</summary>
    Done,

    /// <summary>Its outcome is being committed.</summary>
    Recording,
}

internal static class Times
{
    /// <summary>Addition that stops at the end of time.</summary>
    public static DateTimeOffset Later(this DateTimeOffset time, TimeSpan by) => DateTimeOffset.MaxValue - time <= by ? DateTimeOffset.MaxValue : time + by;
}
