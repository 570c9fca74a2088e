using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Kannel;

/// <summary>What the types of <see cref="DriverOptions"/> cannot say of Kannel.</summary>
internal static class KannelChecks
{
    public static IEnumerable<OptionProblem> Of(DriverOptions driver) => [.. OfNeeds(driver), .. OfUrls(driver), .. OfHearing(driver)];

    private static IEnumerable<OptionProblem> OfNeeds(DriverOptions driver) => KindOptions.Missing(
        driver,
        ("url", "write the address of its sendsms, such as http://127.0.0.1:13013/cgi-bin/sendsms"),
        ("username", "write the user of Kannel's 'group = sendsms-user'"),
        ("password", "write the password of Kannel's 'group = sendsms-user'"));

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
