using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Codec.Transfer;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>Takes what a modem has from the network: messages of people, and status reports. Done when it is durable, and not before.</summary>
/// <param name="running">Where it goes.</param>
/// <param name="sent">Whose reports they are.</param>
/// <param name="drops">Counts what says nothing.</param>
/// <param name="underWay">Completes when what is sent just now is answered.</param>
internal sealed class ModemArrivals(Running running, SentParts sent, IDropCounter drops, Func<Task> underWay)
{
    // Who hides his number is somebody all the same.
    private const string Unnamed = "unknown";

    // A report names the number as the network likes; its last digits are the same however that is.
    private const int TellingDigits = 7;

    /// <summary>What the report on a part is found by: modems count to 255 and begin again.</summary>
    public static string NameOf(int reference, string number)
    {
        var digits = string.Concat(number.Where(char.IsAsciiDigit));
        return string.Create(CultureInfo.InvariantCulture, $"{reference}/{digits[^Math.Min(digits.Length, TellingDigits)..]}");
    }

    /// <summary>Null when it cannot be read: that is counted, and nobody can do more with it.</summary>
    public Tpdu? Read(string hex)
    {
        try
        {
            return TpduDecoder.Decode(hex);
        }
        catch (TpduException)
        {
            drops.Dropped("what the modem says is a message, and is none");
            return null;
        }
    }

    /// <param name="tpdu">As read.</param>
    /// <param name="place">Where the modem keeps it; with its content a name that it has again when it comes a second time.</param>
    /// <param name="hex">As the modem wrote it.</param>
    /// <param name="cancellationToken">Given up.</param>
    public async Task TakeAsync(Tpdu tpdu, string place, string hex, CancellationToken cancellationToken)
    {
        switch (tpdu)
        {
            case Tpdu.Deliver deliver:
                await running.Reception.TakeAsync(MessageOf(deliver, NativeId(place, hex)), cancellationToken);
                break;
            case Tpdu.StatusReport report when ReportStatus.IsDelivered(report.Status) is { } isDelivered:
                await ReportAsync(report, isDelivered, cancellationToken);
                break;
            default:
                break; // the SMS centre still tries
        }
    }

    private async Task ReportAsync(Tpdu.StatusReport report, bool isDelivered, CancellationToken cancellationToken)
    {
        string[] name = [NameOf(report.Reference, report.To.Digits)];
        var answers = underWay();
        var found = await sent.FindAsync(name, cancellationToken);
        if (found is null)
        {
            // A report may overtake the answer that names its message.
            await answers.WaitAsync(cancellationToken);
            found = await sent.FindAsync(name, cancellationToken);
        }

        if (found is not var (key, part))
        {
            drops.Dropped("a status report on a message that is not ours, or was reported on before");
            return;
        }

        var why = isDelivered ? null : ReportStatus.Why(report.Status);
        await running.Reports.TakeAsync(
            new PartReport(new DeliveryKey(part.Delivery), part.Number, part.Total, isDelivered, why), new StateChange(key, null), cancellationToken);
    }

    private static ReceivedMessage MessageOf(Tpdu.Deliver deliver, string nativeId)
    {
        var header = UserDataHeader.TryDecode(deliver.Content.Header.Bytes.Span) ?? new UserDataHeader();
        var (coding, data) = (deliver.Content.Coding, deliver.Content.Data);
        var isNational = header is not { Locking: NationalLanguage.None, Single: NationalLanguage.None };
        if (coding == TextCoding.Gsm7 && isNational)
        {
            var text = Gsm7Alphabet.Of(header.Locking, header.Single).Decode(data.Bytes.Span);
            (coding, data) = (TextCoding.Utf16, new Payload(Utf16.Encode(text)));
        }

        var from = deliver.From.Number.Trim();
        return new ReceivedMessage(from.Length == 0 ? Unnamed : from, "", coding, data, header) { NativeId = nativeId, SentAt = deliver.At, Stamp = deliver.At };
    }

    private static string NativeId(string place, string hex) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{place} {hex}"))[..16]);
}
