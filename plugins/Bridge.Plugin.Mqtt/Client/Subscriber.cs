using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// Makes the session's subscriptions those of <see cref="EndpointContext.Interests"/>. It subscribes on every connection, also in a kept session: the
/// broker then replays retained messages (unless it is asked not to), which the rules compare with what they knew. What an earlier configuration
/// wanted is unsubscribed, after the new subscriptions are made: one may cover another.
/// </summary>
internal sealed class Subscriber(EndpointContext context, ClientSettings settings, IInbox inbox, PacketWriter writer, Func<ushort> nextPacketId)
{
    private const string StateKey = "filters";
    private const int FiltersPerPacket = 100;
    private const int PacketsAtOnce = 50;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, TaskCompletionSource<EquatableArray<ReasonCode>>> _asked = [];
    private readonly List<string> _reduced = Filters.Reduce(context.Interests);

    /// <summary>
    /// What is to be subscribed to, oldest first, and what an earlier connection had subscribed to. Called before any packet is taken.
    /// </summary>
    public async Task<(List<string> Filters, List<string> Before)> LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await context.State.GetAsync(StateKey, cancellationToken);
        List<string> before = stored is { Length: > 0 } bytes ? JsonSerializer.Deserialize<List<string>>(bytes.Span) ?? [] : [];
        var wanted = _reduced.ToHashSet(StringComparer.Ordinal);
        return ([.. before.Where(wanted.Contains), .. _reduced.Except(before)], before);
    }

    public async Task RunAsync(List<string> filters, List<string> before, Grant grant, CancellationToken cancellationToken)
    {
        var changed = !before.SequenceEqual(filters);
        if (changed)
        {
            // Whatever is subscribed to must be known, to be unsubscribed some day.
            await StoreAsync(before.Union(filters));
        }

        var overlapping = settings.Version == ProtocolVersion.V5 && grant.SubscriptionIdentifiersAvailable ? Filters.Overlapping(filters) : [];
        await SubscribeAsync(filters.Except(overlapping).Chunk(FiltersPerPacket).Select(part => Packet(part, default)), cancellationToken);
        await SubscribeAsync(
            overlapping.Select(filter => Packet([filter], new([MqttProperty.Of(PropertyId.SubscriptionIdentifier, Overlaps.IdentifierOf(filter))]))), cancellationToken);
        if (changed)
        {
            await ForgetAsync(grant.SessionPresent ? [.. before.Except(filters)] : [], cancellationToken);
            await StoreAsync(filters);
        }
    }

    /// <summary>SUBACK or UNSUBACK.</summary>
    public void Answered(ushort packetId, EquatableArray<ReasonCode> reasons)
    {
        lock (_gate)
        {
            if (_asked.Remove(packetId, out var answer))
            {
                answer.TrySetResult(reasons);
            }
        }
    }

    private SubscribePacket Packet(string[] filters, MqttProperties properties) => new()
    {
        PacketId = nextPacketId(),
        Subscriptions = EquatableArray.From(
            filters.Select(filter => new Subscription(filter, QoS.ExactlyOnce, NoLocal: true, RetainHandling: settings.RetainHandling))),
        Properties = properties,
    };

    private async Task SubscribeAsync(IEnumerable<SubscribePacket> packets, CancellationToken cancellationToken)
    {
        foreach (var part in packets.Chunk(PacketsAtOnce))
        {
            var answers = await Task.WhenAll(part.Select(packet => AskAsync(packet, packet.PacketId, cancellationToken)));
            var reasons = answers.SelectMany(answer => answer).ToList();
            var refused = reasons.FindAll(reason => reason.IsFailure());
            var count = part.Sum(packet => packet.Subscriptions.Count);
            if (refused.Count > 0 || reasons.Count != count)
            {
                var why = refused.Count > 0 ? ReasonText.OfSubscription(refused[0]) : "its answer does not fit the question";
                throw new MqttConnectionException($"the broker refused {refused.Count} of {count} subscriptions: {why}");
            }
        }
    }

    private async Task ForgetAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken)
    {
        foreach (var part in filters.Chunk(FiltersPerPacket))
        {
            var packet = new UnsubscribePacket { PacketId = nextPacketId(), Filters = EquatableArray.From(part) };
            await AskAsync(packet, packet.PacketId, cancellationToken);
        }
    }

    private async Task StoreAsync(IEnumerable<string> filters) =>
        await inbox.AcceptAsync(InboundBatch.Of(new StateChange(StateKey, JsonSerializer.SerializeToUtf8Bytes(filters))));

    private async Task<EquatableArray<ReasonCode>> AskAsync(MqttPacket question, ushort packetId, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<EquatableArray<ReasonCode>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _asked[packetId] = answer;
        }

        writer.Enqueue(question);
        try
        {
            return await answer.Task.WaitAsync(s_patience, context.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new MqttConnectionException("the broker does not answer a subscription");
        }
    }
}
