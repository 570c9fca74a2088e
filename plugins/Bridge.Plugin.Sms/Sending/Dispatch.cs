using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>Carries out what Core owes: chooses a way for a whole message, cuts it, and has its parts sent.</summary>
internal sealed class Dispatch(EndpointContext context, SmsOptions options, IReadOnlyList<Way> ways, IInbox inbox)
{
    private static readonly int s_one = Capacity.Of(TextCoding.Utf16, 0);

    private readonly Flash _flash = new(context.Report);

    // Parts of different messages to one number are confused when they carry one reference: any beginning, then another each time.
    private int _reference = context.Random.Next(0x10000);

    /// <summary>What is written in it; null when it is neither a text nor a file that is there.</summary>
    public static string? TextOf(Outbound outbound) => outbound.Content is MessagePosted { Parts: [TextPart text] } ? text.Text.Value
        : FileOf(outbound) is { } file ? file.Caption?.Value ?? "" : null;

    /// <summary>Null when it is a text.</summary>
    public static AttachmentPart? FileOf(Outbound outbound) => outbound.Content is MessagePosted { Parts: [AttachmentPart { Blob: not null } file] } ? file : null;

    public async ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        if (TextOf(outbound) is not { } text)
        {
            return new SendResult.Refused("SMS carries texts, and MMS files", "give the route a text");
        }

        // In its one spelling alone: who asked not to be written to, and what may be sent where, is known of that.
        var to = outbound.To.Rest;
        if (PhoneNumber.KindOf(to) is not (NumberKind.International or NumberKind.ShortCode))
        {
            return new SendResult.Refused("not a number that a message can be sent to", "write the number with its country, such as +491511234567");
        }

        // What fits into one part in any coding is never half out, and costs no look at the store.
        var earlier = text.Length <= s_one ? null : await SendProgress.ReadAsync(context.State, outbound.Key, cancellationToken);
        var began = earlier is null ? null : ways.FirstOrDefault(way => way.Options.Name == earlier.Way);
        if (earlier is not null && began is null)
        {
            return new SendResult.Refused(
                $"{earlier.Done} of its {earlier.Total} parts went by a way that is not configured any more", "send the message anew, or write that way again");
        }

        var result = await new FailOver(context.Clock, ways, began).SendAsync(way => SendAsync(way, outbound, to, text, earlier, cancellationToken));
        if (earlier is not null && result is SendResult.Accepted or SendResult.Delivered)
        {
            await ForgetAsync(outbound.Key);
        }

        return result;
    }

    private async Task<PartResult> SendAsync(Way way, Outbound outbound, string to, string text, SendProgress? earlier, CancellationToken cancellationToken)
    {
        if (way.Cut(text) is not { } message)
        {
            return new SendResult.Refused($"longer than {options.MaxSegments} parts", "shorten it, or raise max_segments");
        }

        if (earlier?.Fits(message, way.Options) is false)
        {
            return new SendResult.Refused(
                $"{earlier.Done} of its {earlier.Total} parts went out, and it would be cut in another way now",
                "send the message anew, or write alphabets, transliterate and wide_references as they were");
        }

        _flash.Look(outbound, way);
        var progress = earlier ?? SendProgress.Of(Interlocked.Increment(ref _reference) & 0xffff, message, way.Options);
        var sender = new PartSender(context, way, inbox);
        return await WithinLimitsAsync(way, text, message, progress, () => sender.SendAsync(outbound, to, message, progress, cancellationToken));
    }

    /// <summary>A message is begun only when all of it may leave.</summary>
    private static async Task<PartResult> WithinLimitsAsync(
        Way way, string text, Segmented message, SendProgress progress, Func<Task<PartResult>> send)
    {
        // One that is given to a network whole is paid for in parts all the same.
        var each = way.Driver.CarriesWholeTexts ? way.PartsOf(text) ?? 1 : 1;
        var parts = message.Segments.Count - progress.Done;
        if (way.Limits is not { } limits)
        {
            return await send();
        }

        if (limits.Take(parts * each, out var day) is { } held)
        {
            return held;
        }

        var result = await send();
        limits.Return((parts - result.Parts) * each, day);
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
}
