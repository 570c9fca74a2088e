using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>What the types of <see cref="DriverOptions"/> cannot say of SMS Gateway for Android.</summary>
internal static class PhoneChecks
{
    private const int MostSims = 3;

    public static IEnumerable<OptionProblem> Of(DriverOptions driver) =>
        [.. OfNeeds(driver), .. OfUrls(driver), .. OfCallback(driver), .. OfNumbers(driver)];

    private static IEnumerable<OptionProblem> OfNeeds(DriverOptions driver) => KindOptions.Missing(
        driver,
        ("url", "write what the app shows as its local address, such as http://192.168.1.20:8080, or https://api.sms-gate.app/3rdparty/v1"),
        ("username", "write the user that the app shows"),
        ("password", "write the password that the app shows"));

    private static IEnumerable<OptionProblem> OfUrls(DriverOptions driver)
    {
        foreach (var (option, url) in ((string, Uri?)[])[("driver.url", driver.Url), ("driver.callback", driver.Callback)])
        {
            if (url is null)
            {
                continue;
            }

            if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0)
            {
                yield return new(option, "not a URL that can be called", "write http://host:port/path, without a query");
            }
            else if (url.UserInfo.Length > 0)
            {
                yield return new(option, "a URL must not hold a user name or password", "remove them");
            }
            else if (option == "driver.url" && url.Scheme == "http" && !UrlChecks.IsNear(url))
            {
                yield return new(
                    option, "http:// shows everybody on the way the password and every message",
                    "write https://, or reach the phone in your own network")
                {
                    IsWarning = true,
                };
            }
        }
    }

    private static IEnumerable<OptionProblem> OfCallback(DriverOptions driver)
    {
        if (driver.Callback is not null && driver.Secret is null)
        {
            yield return new(
                "driver.callback", "without the app's signing key nobody who calls there is believed",
                "add 'secret': in the app, Settings, Webhooks, Signing Key");
        }

        if (driver.Secret is not null && driver.Callback is null)
        {
            yield return new("driver.secret", "nobody calls: it is the key that the phone signs its calls with", "add 'callback', or remove it");
        }

        if (driver.Callback is { IsAbsoluteUri: true, Scheme: "http" } callback && callback.Host != "127.0.0.1")
        {
            yield return new(
                "driver.callback", "the app calls https:// alone, or http://127.0.0.1",
                "write an https:// address, or remove it: then the phone is asked")
            {
                IsWarning = true,
            };
        }
    }

    private static IEnumerable<OptionProblem> OfNumbers(DriverOptions driver)
    {
        if (driver.Sim is < 1 or > MostSims)
        {
            yield return new("driver.sim", "out of range", "write a number from 1 to 3");
        }

        if (driver.Poll is { } poll && (poll < TimeSpan.FromSeconds(1) || poll > TimeSpan.FromHours(1)))
        {
            yield return new("driver.poll", "out of range", "write something from 1s to 1h");
        }
    }
}
