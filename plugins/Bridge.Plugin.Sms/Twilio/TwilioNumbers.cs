using System.Collections.Concurrent;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>Which of an account's numbers are this endpoint's: other programs may use the account too, and Twilio lists what came to all of them.</summary>
internal sealed class TwilioNumbers(WayOptions options)
{
    private readonly ConcurrentDictionary<string, bool> _called = [];

    /// <summary>The only one; null when there may be several, or none.</summary>
    public string? Single { get; } = options.Sender is { } sender && PhoneNumber.KindOf(sender) != NumberKind.Name ? sender : null;

    /// <summary>Twilio called us about a message to it: somebody wrote our address beside that number.</summary>
    public void Called(string? number)
    {
        if (number is { Length: > 0 })
        {
            _called[number] = true;
        }
    }

    public bool IsOurs(ListedMessage message) => Single is not null
        || (message.MessagingServiceSid is { Length: > 0 } service && service == options.Driver.Service)
        || (message.To is { } to && _called.ContainsKey(to));
}
