using Bridge.Abstractions;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugin.Sms.Smpp;

/// <summary>What the types of <see cref="DriverOptions"/> cannot say of an SMS centre.</summary>
internal static class SmppChecks
{
    // What the standard allows, without the NUL.
    private const int StandardPassword = 8;

    public static IEnumerable<OptionProblem> Of(DriverOptions driver) =>
        [.. OfNeeds(driver), .. OfUrl(driver), .. OfLogin(driver), .. OfNumbers(driver)];

    private static IEnumerable<OptionProblem> OfNeeds(DriverOptions driver) => KindOptions.Missing(
        driver,
        ("url", "write where the SMS centre is, such as smpps://smsc.example.com:3550"),
        ("username", "write the system_id that your provider gave you"),
        ("password", "write the password that your provider gave you"));

    private static IEnumerable<OptionProblem> OfUrl(DriverOptions driver)
    {
        if (driver.Url is not { } url)
        {
            // Said already.
        }
        else if (!url.IsAbsoluteUri || url.Scheme is not ("smpp" or "smpps") || url.Host.Length == 0
            || url.PathAndQuery is not ("" or "/") || url.Fragment.Length > 0)
        {
            yield return new("driver.url", "not the address of an SMS centre", "write smpp://host:2775, or smpps://host:3550 with TLS");
        }
        else if (url.UserInfo.Length > 0)
        {
            yield return new("driver.url", "a URL must not hold a user name or password", "remove them");
        }
        else if (url.Scheme == "smpp" && !url.IsLoopback)
        {
            yield return new(
                "driver.url", "smpp:// shows everybody on the way the password and every message", "write smpps://, or use a VPN of your provider")
            {
                IsWarning = true,
            };
        }

        if (driver.Tls is { } tls && (tls.Cert is null) != (tls.Key is null))
        {
            yield return new("driver.tls", "a certificate and its key belong together", "write both 'cert' and 'key', or none of them");
        }
    }

    private static IEnumerable<OptionProblem> OfLogin(DriverOptions driver)
    {
        foreach (var (option, text, limit) in ((string, string?, int)[])
        [
            ("driver.username", driver.Username, FieldLimits.SystemId), ("driver.password", driver.Password?.Reveal(), FieldLimits.Password),
            ("driver.system_type", driver.SystemType, FieldLimits.SystemType),
        ])
        {
            if (text is not null && (text.Length >= limit || text.Any(letter => letter is < ' ' or > '~')))
            {
                yield return new(
                    option, "SMPP cannot carry it", $"at most {limit - 1} letters and digits fit there; look at what your provider wrote");
            }
        }

        if (driver.Password?.Reveal().Length is > StandardPassword and < FieldLimits.Password)
        {
            yield return new(
                "driver.password", $"SMPP 3.4 knows passwords of {StandardPassword} letters at most", "keep it if your provider gave it to you so")
            {
                IsWarning = true,
            };
        }
    }

    private static IEnumerable<OptionProblem> OfNumbers(DriverOptions driver)
    {
        if (driver.Binds is < 1 or > DriverDefaults.MostBinds)
        {
            yield return new("driver.binds", "out of range", $"write a number from 1 to {DriverDefaults.MostBinds}");
        }

        if (driver.Window is < 1 or > DriverDefaults.MostWindow)
        {
            yield return new("driver.window", "out of range", $"write a number from 1 to {DriverDefaults.MostWindow}");
        }

        if (driver.KeepAlive is { } interval && (interval < TimeSpan.FromSeconds(1) || interval > TimeSpan.FromHours(1)))
        {
            yield return new("driver.keep_alive", "out of range", "write a duration from 1s to 1h");
        }

        if (driver.SenderType is { } type && SenderType.TryRead(type) is null)
        {
            yield return new("driver.sender_type", "not a type of number and a numbering plan", "write two numbers, such as \"5/0\"");
        }
    }
}
