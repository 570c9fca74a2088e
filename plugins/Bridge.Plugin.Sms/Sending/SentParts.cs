using System.Collections.Concurrent;
using System.Text.Json;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>Which part the network gave a name to: sealed state, since the report may come days later.</summary>
internal sealed record SentPart(DateTimeOffset At, string Delivery, int Number, int Total) : IDated
{
    /// <summary>What the keys of these entries begin with.</summary>
    public const string Prefix = "out/";
}

/// <summary>Finds the part that a delivery report is about.</summary>
internal sealed class SentParts(EndpointContext context, IInbox inbox)
{
    // Until they are durable.
    private readonly ConcurrentDictionary<string, SentPart> _fresh = [];

    /// <summary>
    /// From now on its report is understood. Its durability is not waited for: what is written down later (that it is sent) is durable later, too.
    /// </summary>
    public void Put(string name, OutgoingPart part)
    {
        var key = SentPart.Prefix + name;
        var sent = new SentPart(context.Clock.GetUtcNow(), part.Key.Value, part.Number, part.Total);
        var saving = SaveAsync(key, sent); // is in the queue before a report can find it, and take it away again
        _fresh[key] = sent;
        _ = SavedAsync(saving, key, sent);
    }

    /// <summary>The place and the part; null when it is none of ours.</summary>
    /// <param name="names">What the network may have called it, most likely first.</param>
    /// <param name="cancellationToken">Given up.</param>
    public async ValueTask<(string Key, SentPart Part)?> FindAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        foreach (var key in names.Select(name => SentPart.Prefix + name))
        {
            if (_fresh.TryGetValue(key, out var fresh))
            {
                return (key, fresh);
            }

            if (await context.State.GetAsync(key, cancellationToken) is { } bytes
                && JsonSerializer.Deserialize(bytes.Span, StateJson.Default.SentPart) is { } sent)
            {
                return (key, sent);
            }
        }

        return null;
    }

    private async Task SaveAsync(string key, SentPart sent)
    {
        try
        {
            await inbox.AcceptAsync(InboundBatch.Of(new StateChange(key, JsonSerializer.SerializeToUtf8Bytes(sent, StateJson.Default.SentPart))));
        }
        catch (Exception)
        {
            context.Drops.Dropped("the id of a sent part, which could not be stored: its delivery report will not be understood");
        }
    }

    private async Task SavedAsync(Task saving, string key, SentPart sent)
    {
        await saving;
        _fresh.TryRemove(KeyValuePair.Create(key, sent));
    }
}
