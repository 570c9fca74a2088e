using Bridge.Plugin.Sms.Codec;

namespace Bridge.Testing.Sms;

/// <summary>Where something is on its way between Bridge and a network of doubles. A test may end the way there.</summary>
internal sealed record SmsPassage(SmsMoment Moment, SmsPart Part);

/// <summary>How far it has come.</summary>
internal enum SmsMoment
{
    /// <summary>Bridge said that a part comes; nothing of it has left.</summary>
    Announced,

    /// <summary>It left Bridge; the network does not have it.</summary>
    Arriving,

    /// <summary>The network has it and has not said so.</summary>
    Taken,

    /// <summary>The network said so.</summary>
    Answered,

    /// <summary>Bridge was given what somebody sent.</summary>
    Brought,

    /// <summary>Bridge said that it has it. When the way ends here, the network has not heard that.</summary>
    Acknowledged,
}

/// <summary>A message, or one part of a long one.</summary>
/// <param name="Text">Empty where the double does not read it.</param>
/// <param name="Sequence">From 1.</param>
/// <param name="Total">Of its message.</param>
internal sealed record SmsPart(string Text, int Sequence = 1, int Total = 1)
{
    public static Gsm7Alphabet AlphabetOf(UserDataHeader? header) => Gsm7Alphabet.Of(header?.Locking ?? NationalLanguage.None, header?.Single ?? NationalLanguage.None);

    public static SmsPart Of(UserDataHeader? header, string text) =>
        header?.Concatenation is { } of ? new SmsPart(text, of.Sequence, of.Total) : new SmsPart(text);
}
