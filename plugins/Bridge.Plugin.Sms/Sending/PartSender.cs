using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>Sends the parts of one message by one way, one after another. What is out stays out, and the rest goes the same way.</summary>
internal sealed class PartSender(EndpointContext context, Way way, IInbox inbox)
{
    // The host gives a send 30 seconds; what has not begun by then had better wait than be in doubt.
    public static readonly TimeSpan Enough = TimeSpan.FromSeconds(10);

    /// <param name="outbound">What Core owes.</param>
    /// <param name="to">A canonical number.</param>
    /// <param name="message">As this way takes it.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="cancellationToken">Given up.</param>
    public async Task<PartResult> SendAsync(Outbound outbound, string to, Segmented message, SendProgress progress, CancellationToken cancellationToken)
    {
        var began = context.Clock.GetTimestamp();
        for (var done = progress.Done; done < message.Segments.Count; done++)
        {
            PartResult result;
            try
            {
                result = context.Clock.GetElapsedTime(began) > Enough && done > progress.Done
                    ? new SendResult.Deferred("the rest of its parts is still to come", TimeSpan.Zero)
                    : await way.Driver.SendAsync(PartOf(outbound, to, message, done, progress.Reference), cancellationToken);
            }
            catch (OperationCanceledException) when (done > 0)
            {
                await RememberAsync(outbound.Key, progress with { Done = done });
                throw;
            }

            if (result.Result is not (SendResult.Accepted or SendResult.Delivered))
            {
                var parts = done - progress.Done + (result.Result is SendResult.Uncertain ? 1 : 0);
                if (done == 0)
                {
                    return result with { Parts = parts };
                }

                return new PartResult(await StoppedAsync(outbound.Key, progress with { Done = done }, result.Result), IsOfWay: false) { Parts = parts };
            }
        }

        PartResult all = way.Driver.Reports ? new SendResult.Accepted() : new SendResult.Delivered();
        return all with { Parts = message.Segments.Count - progress.Done };
    }

    private OutgoingPart PartOf(Outbound outbound, string to, Segmented message, int index, int reference) => new(
        outbound.Key, index + 1, message.Segments.Count, to, message.Coding, message.Segments[index].Text,
        EquatableArray.From(message.HeaderOf(index, reference, way.Options.Endpoint.WideReferences).Encode()), outbound.Expires)
    {
        File = Dispatch.FileOf(outbound), IsFlash = Flash.IsAsked(outbound), Severity = outbound.Severity,
    };

    /// <summary>What is out stays out: only when that is durable may the rest be tried again.</summary>
    private async Task<SendResult> StoppedAsync(DeliveryKey key, SendProgress progress, SendResult result)
    {
        try
        {
            await RememberAsync(key, progress);
            return result switch
            {
                SendResult.Refused refused => new SendResult.Refused($"part {progress.Done + 1} of {progress.Total}: {refused.Why}", refused.Cure) { UnitsUsed = progress.Done },
                SendResult.Uncertain uncertain => new SendResult.Uncertain($"part {progress.Done + 1} of {progress.Total}: {uncertain.Why}"),
                _ => result,
            };
        }
        catch (Exception)
        {
            // The store failed, or the run ended: a repeat would send the first parts again.
            return new SendResult.Uncertain($"{progress.Done} of {progress.Total} parts were sent, and that could not be written down");
        }
    }

    private ValueTask RememberAsync(DeliveryKey key, SendProgress progress) =>
        inbox.AcceptAsync(InboundBatch.Of((progress with { At = context.Clock.GetUtcNow() }).Put(key)));
}
