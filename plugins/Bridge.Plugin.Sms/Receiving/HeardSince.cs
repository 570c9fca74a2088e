using System.Text.Json;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Receiving;

/// <summary>Since when this endpoint hears, where it reads a list: what came before its first start is none of its business.</summary>
internal sealed record HeardSince(DateTimeOffset At)
{
    private const string Key = "heard-since";

    // Clocks differ: of the phone or the gateway, of the SMS centre, and ours.
    private static readonly TimeSpan s_slack = TimeSpan.FromMinutes(1);

    /// <summary>From the first start on.</summary>
    public static async Task<DateTimeOffset> LoadAsync(EndpointContext context, IInbox inbox, CancellationToken cancellationToken)
    {
        if (await context.State.GetAsync(Key, cancellationToken) is { } bytes
            && JsonSerializer.Deserialize(bytes.Span, StateJson.Default.HeardSince) is { } known)
        {
            return known.At;
        }

        var since = context.Clock.GetUtcNow() - s_slack;
        var value = JsonSerializer.SerializeToUtf8Bytes(new HeardSince(since), StateJson.Default.HeardSince);
        await inbox.AcceptAsync(InboundBatch.Of(new StateChange(Key, value)));
        return since;
    }
}
