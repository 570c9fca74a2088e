using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Phone;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms;

/// <summary>Removes what nothing will come for any more: half-sent messages nobody retried, parts nobody reported on, reports whose other half never came, and joined messages.</summary>
internal sealed class StaleState(EndpointContext context, IInbox inbox)
{
    // No network reports later than this: messages live for a week at most (3GPP 23.040 section 9.2.3.12).
    private static readonly TimeSpan s_life = TimeSpan.FromDays(14);
    private static readonly TimeSpan s_interval = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            var stale = new List<StateChange>();
            await CollectAsync(stale, SendProgress.Prefix, StateJson.Default.SendProgress, s_life, stopping);
            await CollectAsync(stale, PartsDelivered.Prefix, StateJson.Default.PartsDelivered, s_life, stopping);
            await CollectAsync(stale, SentPart.Prefix, StateJson.Default.SentPart, s_life, stopping);
            await CollectAsync(stale, AwaitedReport.Prefix, StateJson.Default.AwaitedReport, s_life, stopping);
            await CollectAsync(stale, DaySpent.Prefix + "/", StateJson.Default.DaySpent, s_life, stopping);
            await CollectAsync(stale, Hearing.JoinedPrefix, StateJson.Default.JoinedMessage, JoinedMessage.Longest, stopping);
            if (stale.Count > 0)
            {
                await inbox.AcceptAsync(InboundBatch.Of(stale));
            }

            await Task.Delay(s_interval, context.Clock, stopping);
        }
    }

    private async Task CollectAsync<T>(List<StateChange> stale, string prefix, JsonTypeInfo<T> type, TimeSpan life, CancellationToken stopping)
        where T : IDated
    {
        var now = context.Clock.GetUtcNow();
        await foreach (var (key, value) in context.State.ListAsync(prefix, stopping))
        {
            if (JsonSerializer.Deserialize(value.Span, type) is not { } entry || now - entry.At > life)
            {
                stale.Add(new StateChange(key, null));
            }
        }
    }
}
