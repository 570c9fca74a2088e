using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;

namespace Bridge.Plugin.Sms;

/// <summary>What the types of <see cref="SmsOptions"/> cannot say.</summary>
internal static class OptionChecks
{
    public static IEnumerable<OptionProblem> Of(SmsOptions options) =>
        [.. OfNumbers(options), .. OfUrls(options.Driver), .. OfHearing(options.Driver)];

    private static IEnumerable<OptionProblem> OfNumbers(SmsOptions options)
    {
        if (options.Country is { } country && DialPlan.Of(country) is null)
        {
            yield return new("country", "no country has that calling code", "write its digits alone, such as 49 or 1");
        }

        if (options.Sender is { } sender && (PhoneNumber.KindOf(sender) == NumberKind.Unusable || !sender.All(char.IsAscii)))
        {
            yield return new("sender", "neither a number nor a name that a message can come from", "write +491511234567, a short code, or a name of at most 11 letters and digits");
        }

        if (options.MaxSegments is < 1 or > 255)
        {
            yield return new("max_segments", "out of range", "write a number from 1 to 255");
        }
    }

    private static IEnumerable<OptionProblem> OfUrls(DriverOptions driver)
    {
        foreach (var (option, url) in ((string, Uri?)[])[("driver.url", driver.Url), ("driver.callback", driver.Callback), ("driver.status", driver.Status)])
        {
            if (url is null)
            {
                continue;
            }

            if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0 || url.AbsoluteUri.Contains('%', StringComparison.Ordinal))
            {
                yield return new(option, "not a URL that can be called", "write http://host:port/path, without a query");
            }
            else if (url.UserInfo.Length > 0)
            {
                yield return new(option, "a URL must not hold a user name or password", "remove them");
            }
            else if (url.Scheme == "http" && !url.IsLoopback)
            {
                yield return new(option, "http:// shows everybody on the way the secrets and every message", "write https://, unless nobody else is on that network") { IsWarning = true };
            }
        }
    }

    private static IEnumerable<OptionProblem> OfHearing(DriverOptions driver)
    {
        if (driver.Callback is not null && driver.Secret is null)
        {
            yield return new("driver.callback", "without a secret nobody who calls there is believed", "add 'secret'");
        }

        if (driver.StatusPassword is not null && driver.Status is null)
        {
            yield return new("driver.status_password", "there is no status page to show it to", "add 'status', such as http://127.0.0.1:13000/status.txt");
        }
    }
}
