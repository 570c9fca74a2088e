using System.Buffers;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>What the types of <see cref="DriverOptions"/> cannot say of Twilio, and what they mean together.</summary>
internal static class TwilioChecks
{
    private const int MostCharacters = 1_600;
    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdefABCDEF");

    public static IEnumerable<OptionProblem> Of(WayOptions options) =>
        [
            .. OfNeeds(options), .. OfNames(options.Driver), .. OfSecrets(options.Driver), .. UrlChecks.Of("driver.url", options.Driver.Url),
            .. UrlChecks.Of("driver.callback", options.Driver.Callback), .. OfFiles(options.Driver), .. OfLength(options),
        ];

    /// <summary>The Account SID.</summary>
    public static string? AccountOf(DriverOptions driver) => driver.Account ?? driver.Username;

    /// <summary>What Twilio signs its calls with; null when that is not known.</summary>
    public static Secret? TokenOf(DriverOptions driver) => IsKey(driver) ? driver.Secret : driver.Password;

    private static bool IsKey(DriverOptions driver) => driver.Username?.StartsWith("SK", StringComparison.Ordinal) is true;

    private static IEnumerable<OptionProblem> OfNeeds(WayOptions options)
    {
        foreach (var problem in KindOptions.Missing(
            options.Driver,
            ("username", "write the Account SID that Twilio's console shows (AC...)"),
            ("password", "write the Auth Token that Twilio's console shows")))
        {
            yield return problem;
        }

        if (options.Sender is null && options.Driver.Service is null)
        {
            yield return new("sender", "Twilio wants to know who sends", "write one of the account's numbers as 'sender', or driver.service");
        }
    }

    private static IEnumerable<OptionProblem> OfNames(DriverOptions driver)
    {
        if (driver.Username is { } user && !IsSid(user, "AC") && !IsSid(user, "SK"))
        {
            yield return new(
                "driver.username", "not what Twilio names an account or a key",
                "write the Account SID, AC and 32 digits, or an API key, SK and 32 digits");
        }
        else if (IsKey(driver) && driver.Account is null)
        {
            yield return new("driver.account", "an API key does not say whose it is", "add 'account', the Account SID (AC...)");
        }

        if (driver.Account is { } account && !IsSid(account, "AC"))
        {
            yield return new("driver.account", "not what Twilio names an account", "write the Account SID, AC and 32 digits");
        }

        if (driver.Service is { } service && !IsSid(service, "MG"))
        {
            yield return new("driver.service", "not what Twilio names a Messaging Service", "write its SID, MG and 32 digits");
        }
    }

    private static IEnumerable<OptionProblem> OfSecrets(DriverOptions driver)
    {
        if (!IsKey(driver) && driver.Secret is not null)
        {
            yield return new("driver.secret", "calls are signed with the Auth Token, which 'password' is already", "remove it");
        }
        else if (IsKey(driver) && driver.Secret is not null && driver.Callback is null)
        {
            yield return new("driver.secret", "nobody calls: it is what Twilio signs its calls with", "add 'callback', or remove it");
        }
        else if (IsKey(driver) && driver.Secret is null && driver.Callback is not null)
        {
            yield return new(
                "driver.callback", "without the Auth Token nobody who calls there is believed",
                "add 'secret', the account's Auth Token: an API key signs nothing");
        }
    }

    private static IEnumerable<OptionProblem> OfFiles(DriverOptions driver)
    {
        if (driver is { Mms: true, Callback: null })
        {
            yield return new("driver.mms", "Twilio fetches the files of a message by their address, and Bridge has none", "add 'callback'");
        }
    }

    private static IEnumerable<OptionProblem> OfLength(WayOptions options)
    {
        if (options.Endpoint.MaxSegments <= 255 && TextCutter.LongestOf(options.Endpoint) > MostCharacters)
        {
            yield return new("max_segments", "Twilio takes 1600 characters at a time", "write at most 24");
        }
    }

    private static bool IsSid(string text, string prefix) =>
        text.Length == prefix.Length + 32 && text.StartsWith(prefix, StringComparison.Ordinal)
        && text.AsSpan(prefix.Length).IndexOfAnyExcept(s_digits) < 0;
}
