using System.Collections.Concurrent;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>Asks what became of messages. Also where the phone calls: it gives up in time, and calls get lost.</summary>
internal sealed class AwaitedReports(EndpointContext context, PhoneClient client, Running running, bool isReported, TimeSpan interval)
{
    private const int MostAtOnce = 20;

    // The older a message, the less often it is asked for: after a day every two hours.
    private const int Patience = 10;
    private static readonly TimeSpan s_life = TimeSpan.FromDays(14);

    private readonly ConcurrentDictionary<DeliveryKey, Asked> _awaited = [];

    private readonly record struct Asked(DateTimeOffset Since, DateTimeOffset Last);

    /// <summary>Takes up what was awaited when the endpoint last stopped.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var (key, value) in context.State.ListAsync(AwaitedReport.Prefix, cancellationToken))
        {
            if (JsonSerializer.Deserialize(value.Span, StateJson.Default.AwaitedReport) is { } awaited)
            {
                _awaited[new DeliveryKey(key[AwaitedReport.Prefix.Length..])] = new Asked(awaited.At, awaited.At);
            }
        }
    }

    /// <summary>
    /// The gateway has it. Its durability is not waited for: what is written down later (that it is sent) is durable later, too.
    /// </summary>
    public void Put(DeliveryKey key)
    {
        var now = context.Clock.GetUtcNow();
        if (_awaited.TryAdd(key, new Asked(now, now)))
        {
            _ = SaveAsync(key, now);
        }
    }

    /// <summary>Its end is known. Completes when that is durable.</summary>
    public async Task SettleAsync(PartReport report, CancellationToken cancellationToken)
    {
        await running.Reports.TakeAsync(report, new StateChange(AwaitedReport.Prefix + report.Key.Value, null), cancellationToken);
        _awaited.TryRemove(report.Key, out _);
    }

    /// <summary>Asks for those whose turn it is. Throws <see cref="IOException"/> when the gateway is not there, or does not know us.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        var now = context.Clock.GetUtcNow();
        foreach (var (key, asked) in _awaited.Where(each => IsDue(each.Value, now)).OrderBy(each => each.Value.Last).Take(MostAtOnce).ToList())
        {
            var (status, body) = await client.GetAsync("/messages/" + Uri.EscapeDataString(OwnId.Of(key)), cancellationToken);
            if (status is 401 or 403)
            {
                throw new IOException(PhoneAnswer.FaultOf(status));
            }

            _awaited.TryUpdate(key, asked with { Last = now }, asked);
            if (status == 200 && ForeignJson.TryRead(body, PhoneJson.Default.MessageStatus) is { } told
                && PhoneOutcome.OfState(key, told.State, told.Recipients is [{ } recipient, ..] ? recipient.Error : null, isReported) is { } report)
            {
                await SettleAsync(report, cancellationToken);
            }
            else if (now - asked.Since > s_life)
            {
                _awaited.TryRemove(key, out _); // StaleState removes the entry
            }
        }
    }

    private bool IsDue(Asked asked, DateTimeOffset now) => now - asked.Last >= interval && now - asked.Last >= (asked.Last - asked.Since) / Patience;

    private async Task SaveAsync(DeliveryKey key, DateTimeOffset now)
    {
        try
        {
            await running.Inbox.AcceptAsync(InboundBatch.Of(new StateChange(
                AwaitedReport.Prefix + key.Value, JsonSerializer.SerializeToUtf8Bytes(new AwaitedReport(now), StateJson.Default.AwaitedReport))));
        }
        catch (Exception)
        {
            context.Drops.Dropped("a note of a sent message, which could not be stored: after a restart nobody asks what became of it");
        }
    }
}
