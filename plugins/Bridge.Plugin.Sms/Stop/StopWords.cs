using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Stop;

/// <summary>
/// Hears STOP, START and HELP: messages that are nothing but one of these words. Who sends them is believed: a wrong STOP keeps messages back until a START, and a wrong
/// START can only lift what a STOP did. Core remembers, and bounds the answers.
/// </summary>
internal sealed class StopWords
{
    private const string Why = "the number asked not to be written to (STOP)";

    private readonly Dictionary<string, (Consent? Consent, string Answer)> _meanings = new(StringComparer.OrdinalIgnoreCase);

    public StopWords(WayOptions options)
    {
        if (options.Endpoint.Stop is { } stop)
        {
            var answers = options.Driver.Kind != DriverKind.Twilio;
            var start = StartWordsOf(stop, options.Driver.Kind);
            var withdrawn = new Consent(IsGiven: false, Why, $"{start[0]} from it lifts that");
            Add(stop.Words, withdrawn, stop.Confirm ?? (answers ? $"You will get no more messages from this number. {start[0]} brings them back." : ""));
            Add(start, new Consent(IsGiven: true), stop.StartConfirm ?? (answers ? $"You will get messages from this number again. {stop.Words[0]} ends them." : ""));
            Add(stop.HelpWords, null, stop.Help ?? (answers ? $"{stop.Words[0]} ends messages from this number, {start[0]} brings them back." : ""));
        }

        void Add(IEnumerable<string> words, Consent? consent, string answer)
        {
            foreach (var word in words)
            {
                _meanings[Bare(word)] = (consent, answer);
            }
        }
    }

    /// <summary>Those in force; null where no way is written.</summary>
    public static EquatableArray<string> StartWordsOf(StopOptions stop, DriverKind? kind) =>
        stop.StartWords.Count > 0 ? stop.StartWords
        : kind == DriverKind.Twilio ? ["START", "UNSTOP", "YES"]
        : ["START", "UNSTOP"];

    /// <summary>Without what stands around a word: people copy its quotation marks, and end it with a full stop.</summary>
    public static string Bare(string text)
    {
        var end = text.Length;
        while (end > 0 && !char.IsLetterOrDigit(text[end - 1]))
        {
            end--;
        }

        return text[..end].TrimStart().TrimStart('"', '\'', '“', '”', '„', '«', '»');
    }

    /// <summary>With what it asks for beside being heard.</summary>
    public Inbound Read(Inbound inbound) =>
        inbound.Event is MessagePosted { Parts: [TextPart text] }
        && _meanings.TryGetValue(Bare(text.Text.Value), out var meaning)
        && PhoneNumber.KindOf(inbound.Address.Rest) is NumberKind.International or NumberKind.ShortCode
            ? inbound with { Consent = meaning.Consent, Answer = meaning.Answer.Length > 0 ? new MessageText(meaning.Answer) : null }
            : inbound;
}
