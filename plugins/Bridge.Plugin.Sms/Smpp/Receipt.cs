using System.Text;
using System.Text.RegularExpressions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugin.Sms.Smpp;

/// <summary>What a delivery report says of its message (SMPP 3.4 section 5.2.28).</summary>
internal enum MessageState
{
    /// <summary>Nothing that is final.</summary>
    OnItsWay,

    /// <summary>On the phone.</summary>
    Delivered,

    /// <summary>The network gave up.</summary>
    Failed,
}

/// <summary>
/// A delivery report: by its optional parameters, or by its text (SMPP 3.4 appendix B), which every SMS centre writes a little differently. Pure.
/// </summary>
/// <param name="IdInField">receipted_message_id.</param>
/// <param name="IdInText">The text's <c>id:</c>.</param>
/// <param name="State">How far the message got.</param>
/// <param name="Why">The codes of a failure, for the operator; the text quotes the message and is not passed on.</param>
internal sealed partial record Receipt(string? IdInField, string? IdInText, MessageState State, string Why)
{
    private const int TypeBits = 0x3c;
    private const int Report = 0x04;
    private const int Intermediate = 0x20;

    /// <summary>Null when it is a message of somebody.</summary>
    public static Receipt? TryRead(PduBody.Message message)
    {
        var type = message.EsmClass & TypeBits;
        var inField = message.Find(TlvTag.ReceiptedMessageId)?.Text.Trim();
        if (type is not (Report or Intermediate) && inField is null)
        {
            return null;
        }

        var text = TextOf(message);
        var inText = ValueOf(text, "id");
        var written = ValueOf(text, "stat")?.ToUpperInvariant();
        var state = type == Intermediate ? MessageState.OnItsWay
            : message.Find(TlvTag.MessageState)?.Number is { } number ? StateOf(number)
            : StateOf(written);
        return new Receipt(inField is "" ? null : inField, inText, state, state == MessageState.Failed ? WhyOf(message, text, written) : "");
    }

    /// <summary>Nothing of its text.</summary>
    public override string ToString() => $"({State})";

    private static MessageState StateOf(int number) => number switch
    {
        2 => MessageState.Delivered,
        3 or 4 or 5 or 8 => MessageState.Failed, // expired, deleted, undeliverable, rejected
        _ => MessageState.OnItsWay,
    };

    private static MessageState StateOf(string? written) => written switch
    {
        // Written out or cut to seven letters.
        { Length: >= 5 } => written[..5] switch
        {
            "DELIV" => MessageState.Delivered,
            "EXPIR" or "DELET" or "UNDEL" or "REJEC" or "FAILE" => MessageState.Failed,
            _ => MessageState.OnItsWay,
        },
        _ => MessageState.OnItsWay,
    };

    private static string WhyOf(PduBody.Message message, string text, string? written)
    {
        List<string> codes = [];
        if (written is not null && Word().IsMatch(written))
        {
            codes.Add(written.ToLowerInvariant());
        }

        if (ValueOf(text, "err") is { } error && Word().IsMatch(error))
        {
            codes.Add(error.ToLowerInvariant());
        }
        else if (message.Find(TlvTag.NetworkErrorCode) is { } network && network.Value.Bytes.Span is [_, var high, var low])
        {
            codes.Add($"network error {(high << 8) | low}");
        }

        return "the network could not deliver it" + (codes.Count > 0 ? $" ({string.Join(", ", codes)})" : "");
    }

    private static string TextOf(PduBody.Message message)
    {
        var bytes = message.Content.Bytes.IsEmpty ? message.Find(TlvTag.MessagePayload)?.Value.Bytes ?? default : message.Content.Bytes;
        return message.DataCoding == 8 ? Utf16.Decode(bytes.Span) : Encoding.Latin1.GetString(bytes.Span);
    }

    /// <summary>The first value of a key, before the words of the message where those come last.</summary>
    private static string? ValueOf(string text, string key)
    {
        foreach (Match field in Fields().Matches(text))
        {
            var name = field.Groups["key"].ValueSpan;
            if (name.Equals(key, StringComparison.OrdinalIgnoreCase))
            {
                return field.Groups["value"].Value;
            }

            if (name.Equals("text", StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return null;
    }

    [GeneratedRegex(
        @"\b(?<key>id|stat|err|text):\s*(?<value>[^\s]{0,255})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Fields();

    [GeneratedRegex("^[A-Za-z0-9]{1,10}$", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
