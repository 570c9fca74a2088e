using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// Makes the session's subscriptions those of <see cref="EndpointContext.Interests"/>. It subscribes on every connection, also in a kept session: the broker then
/// replays retained messages, which the rules compare with what they knew. What an earlier configuration wanted is unsubscribed.
/// </summary>
internal sealed class Subscriber(EndpointContext context, IInbox inbox, PacketWriter writer, Func<ushort> nextPacketId)
{
    private const string StateKey = "filters";
    private const int FiltersPerPacket = 100;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private TaskCompletionSource<EquatableArray<ReasonCode>> _answer = new();
    private ushort _packetId;

    public async Task RunAsync(bool sessionPresent, CancellationToken cancellationToken)
    {
        await ForgetAsync(sessionPresent, cancellationToken);
        foreach (var filters in context.Interests.Chunk(FiltersPerPacket))
        {
            var lines = filters.Select(filter => new Subscription(filter, QoS.ExactlyOnce, NoLocal: true));
            var reasons = await AskAsync(new SubscribePacket { PacketId = Expect(), Subscriptions = EquatableArray.From(lines) }, cancellationToken);
            var refused = reasons.Where(reason => reason.IsFailure()).ToList();
            if (refused.Count > 0 || reasons.Count != filters.Length)
            {
                var why = refused.Count > 0 ? ReasonText.Of(refused[0]) : "its answer does not fit the question";
                throw new MqttConnectionException($"the broker refused {refused.Count} of {filters.Length} subscriptions: {why}");
            }
        }
    }

    /// <summary>SUBACK or UNSUBACK.</summary>
    public void Answered(ushort packetId, EquatableArray<ReasonCode> reasons)
    {
        if (packetId == _packetId)
        {
            _answer.TrySetResult(reasons);
        }
    }

    private async Task ForgetAsync(bool sessionPresent, CancellationToken cancellationToken)
    {
        var stored = await context.State.GetAsync(StateKey, cancellationToken);
        var before = stored is { Length: > 0 } bytes ? JsonSerializer.Deserialize<string[]>(bytes.Span) ?? [] : [];
        if (sessionPresent)
        {
            foreach (var filters in before.Except(context.Interests).Chunk(FiltersPerPacket))
            {
                await AskAsync(new UnsubscribePacket { PacketId = Expect(), Filters = EquatableArray.From(filters) }, cancellationToken);
            }
        }

        if (!before.SequenceEqual(context.Interests))
        {
            await inbox.AcceptAsync(InboundBatch.Of(new StateChange(StateKey, JsonSerializer.SerializeToUtf8Bytes(context.Interests))));
        }
    }

    private ushort Expect()
    {
        _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _packetId = nextPacketId();
    }

    private async Task<EquatableArray<ReasonCode>> AskAsync(MqttPacket question, CancellationToken cancellationToken)
    {
        writer.Enqueue(question);
        try
        {
            return await _answer.Task.WaitAsync(s_patience, context.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new MqttConnectionException("the broker does not answer a subscription");
        }
    }
}
