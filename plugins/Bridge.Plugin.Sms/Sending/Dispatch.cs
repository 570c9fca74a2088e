using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>Carries out what Core owes: cuts a text, and sends its parts one after another.</summary>
internal sealed class Dispatch(EndpointContext context, SmsOptions options, IDriver driver, TextCutter cutter, IInbox inbox)
{
    // The host gives a send 30 seconds; what has not begun by then had better wait than be in doubt.
    private static readonly TimeSpan s_enough = TimeSpan.FromSeconds(10);

    // Parts of different messages to one number are confused when they carry one reference: any beginning, then another each time.
    private int _reference = context.Random.Next(0x10000);

    /// <summary>Null when it is no text.</summary>
    public static string? TextOf(Outbound outbound) => outbound.Content is MessagePosted { Parts: [TextPart text] } ? text.Text.Value : null;

    public async ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        if (TextOf(outbound) is not { } text)
        {
            return new SendResult.Refused("SMS carries texts only", "give the route a text");
        }

        if (PhoneNumber.Canonical(outbound.To.Rest, options.Country) is not { } to || PhoneNumber.KindOf(to) == NumberKind.Name)
        {
            return new SendResult.Refused("not a number that a message can be sent to", "write the number with its country, such as +491511234567");
        }

        if (cutter.Cut(text) is not { } cut)
        {
            return new SendResult.Refused($"longer than {options.MaxSegments} parts", "shorten it, or raise max_segments");
        }

        var message = driver.CarriesWholeTexts ? cut.Whole() : cut;
        var earlier = message.Segments.Count == 1 ? null : await SendProgress.ReadAsync(context.State, outbound.Key, cancellationToken); // one part is never half out
        var progress = earlier?.Total == message.Segments.Count ? earlier : new SendProgress(default, Interlocked.Increment(ref _reference) & 0xffff, message.Segments.Count, 0);
        var result = await SendPartsAsync(outbound, to, message, progress, cancellationToken);
        if (earlier is not null && result is SendResult.Accepted or SendResult.Delivered)
        {
            await ForgetAsync(outbound.Key);
        }

        return result;
    }

    private async Task ForgetAsync(DeliveryKey key)
    {
        try
        {
            await inbox.AcceptAsync(InboundBatch.Of(SendProgress.Remove(key)));
        }
        catch (Exception)
        {
            // The message is out, and that is what counts; nobody asks for this entry again, and in time it is removed.
        }
    }

    private async Task<SendResult> SendPartsAsync(Outbound outbound, string to, Segmented message, SendProgress progress, CancellationToken cancellationToken)
    {
        var began = context.Clock.GetTimestamp();
        for (var done = progress.Done; done < message.Segments.Count; done++)
        {
            SendResult result;
            try
            {
                result = context.Clock.GetElapsedTime(began) > s_enough && done > progress.Done
                    ? new SendResult.Deferred("the rest of its parts is still to come", TimeSpan.Zero)
                    : await driver.SendAsync(PartOf(outbound, to, message, done, progress.Reference), cancellationToken);
            }
            catch (OperationCanceledException) when (done > 0)
            {
                await RememberAsync(outbound.Key, progress with { Done = done });
                throw;
            }

            if (result is not (SendResult.Accepted or SendResult.Delivered))
            {
                return done == 0 ? result : await StoppedAsync(outbound.Key, progress with { Done = done }, result);
            }
        }

        return driver.Reports ? new SendResult.Accepted() : new SendResult.Delivered();
    }

    private OutgoingPart PartOf(Outbound outbound, string to, Segmented message, int index, int reference) => new(
        outbound.Key, index + 1, message.Segments.Count, to, message.Coding, message.Segments[index].Text,
        EquatableArray.From(message.HeaderOf(index, reference, cutter.IsWide).Encode()), outbound.Expires);

    /// <summary>What is out stays out: only when that is durable may the rest be tried again.</summary>
    private async Task<SendResult> StoppedAsync(DeliveryKey key, SendProgress progress, SendResult result)
    {
        try
        {
            await RememberAsync(key, progress);
            return result switch
            {
                SendResult.Refused refused => new SendResult.Refused($"part {progress.Done + 1} of {progress.Total}: {refused.Why}", refused.Cure),
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
