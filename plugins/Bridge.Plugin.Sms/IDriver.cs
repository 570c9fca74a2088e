using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms;

/// <summary>One way to the network. It carries single parts and knows nothing of whole messages, unless it <see cref="CarriesWholeTexts"/>.</summary>
internal interface IDriver : IDisposable
{
    /// <summary>Whether every part that is taken is reported on later.</summary>
    bool Reports { get; }

    /// <summary>Whether the other side cuts texts itself: then the one part it is given is the whole text, however many parts are paid for.</summary>
    bool CarriesWholeTexts => false;

    /// <summary>The longest request that its network makes, in bytes: 255 parts of 140 octets, percent-encoded.</summary>
    long MostBytes => 128_000;

    /// <summary>Whether a whole text may come with a file (MMS).</summary>
    bool CarriesFiles => false;

    /// <summary>Whether the other side can be told that a message is to show itself at once.</summary>
    bool CarriesFlash => false;

    /// <summary>What it knows of its own in numbers. From any thread.</summary>
    IReadOnlyList<Figure> Figures => [];

    /// <summary>
    /// Reaches the network: afterwards parts can be sent. Throws <see cref="IOException"/> with a reason that has no number, text or secret. What comes in is handed
    /// to <paramref name="running"/> from <see cref="WatchAsync"/> on.
    /// </summary>
    Task OpenAsync(Running running, CancellationToken cancellationToken);

    /// <summary>Looks after the connection until stopping, and says what is impaired. Throws <see cref="IOException"/> when it is lost.</summary>
    Task WatchAsync(IInbox inbox, CancellationToken stopping);

    /// <summary>Sends one part. Called for one part of a message after the other, for several messages at a time.</summary>
    ValueTask<PartResult> SendAsync(OutgoingPart part, CancellationToken cancellationToken);

    /// <summary>Whether a request has the marks of its network, which does not say that it is to be believed. Asked where several ways may be called.</summary>
    bool IsCalledBy(HttpCall call) => false;

    /// <summary>Answers one request of the network: a stranger's until it has shown its secret.</summary>
    ValueTask<HttpReply> ServeAsync(HttpCall call, Reception reception, ReportDesk reports, CancellationToken cancellationToken);

    /// <summary>What a probe finds, in a few words.</summary>
    Task<string> DescribeAsync(CancellationToken cancellationToken);
}

/// <summary>One part on its way out.</summary>
/// <param name="Key">Of the delivery; its report names it again.</param>
/// <param name="Number">Which part; from 1.</param>
/// <param name="Total">Of how many.</param>
/// <param name="To">A canonical number.</param>
/// <param name="Coding">How the text is to be written.</param>
/// <param name="Text">What this part says.</param>
/// <param name="Header">With its length octet; empty for none.</param>
/// <param name="Expires">The network need not try after this; null for its own patience.</param>
internal sealed record OutgoingPart(
    DeliveryKey Key, int Number, int Total, string To, TextCoding Coding, MessageText Text, EquatableArray<byte> Header, DateTimeOffset? Expires)
{
    /// <summary>What goes with it, of a driver that <see cref="IDriver.CarriesFiles"/>; null for nothing.</summary>
    public AttachmentPart? File { get; init; }

    /// <summary>It is to show itself at once, and not to be kept (class 0); where the way cannot say that, it is a message like any other.</summary>
    public bool IsFlash { get; init; }

    /// <summary>How much it matters.</summary>
    public Severity Severity { get; init; } = Severity.Notice;

    /// <summary>Its text in the alphabet that its header names, one septet in each octet.</summary>
    public byte[] Septets()
    {
        var shifts = UserDataHeader.TryDecode([.. Header]) ?? new UserDataHeader();
        return Gsm7Alphabet.Of(shifts.Locking, shifts.Single).TryEncode(Text.Value)
            ?? throw new InvalidOperationException("the part is not in its coding");
    }

    /// <summary>Nothing of the number.</summary>
    public override string ToString() => $"({Number} of {Total})";
}
