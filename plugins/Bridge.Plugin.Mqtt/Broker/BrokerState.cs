using Bridge.Abstractions;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// What the parts of the broker share. There is one lock: whoever reads or changes sessions, subscriptions, queues or retained messages holds it, and
/// hands the step to the journal before letting go. So every step is decided on all before it, and is stored in the same order.
/// </summary>
internal sealed class BrokerState(EndpointContext context, BrokerSettings settings, Journal journal, Lock gate)
{
    private volatile BrokerSettings _settings = settings;
    private long _lastNumber;

    public EndpointContext Context => context;

    public BrokerSettings Settings
    {
        get => _settings;
        set => _settings = value;
    }

    public EmbeddedOptions Options => _settings.Options;

    public EmbeddedLimits Limits => _settings.Options.Limits;

    public Journal Journal => journal;

    public Lock Gate => gate;

    public SessionTable Sessions { get; } = new();

    public SubscriptionTree Subscriptions { get; } = new();

    public RetainedMessages Retained { get; } = new(context.Drops);

    public Figures Figures { get; } = new();

    public DateTimeOffset Now => context.Clock.GetUtcNow();

    /// <summary>Orders what is queued.</summary>
    public long NextNumber() => ++_lastNumber;

    public void NumbersUpTo(long number) => _lastNumber = Math.Max(_lastNumber, number);

    /// <summary>A message reaches somebody who could have had it no more.</summary>
    public void Lost(string why)
    {
        context.Drops.Dropped(why);
        Figures.PublishesDropped.Add();
    }
}

/// <summary>What a reload may change while the broker runs.</summary>
/// <param name="Options">As configured.</param>
/// <param name="Interests">What the routes listen to.</param>
internal sealed record BrokerSettings(EmbeddedOptions Options, IReadOnlyList<string> Interests);
