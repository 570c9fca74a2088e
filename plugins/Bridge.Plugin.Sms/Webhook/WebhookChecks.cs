using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>What the types of <see cref="DriverOptions"/> cannot say of a service that is called by webhooks, and what they mean together.</summary>
internal static class WebhookChecks
{
    public static IEnumerable<OptionProblem> Of(WayOptions options)
    {
        var driver = options.Driver;
        IEnumerable<OptionProblem> sending = driver.Send is { } send ? [.. OfAccount(driver, send), .. SendChecks.Of(options, send)] : [];
        IEnumerable<OptionProblem> hearing = driver.Receive is { } receive ? ReceiveChecks.Of(driver, receive) : OfSilence(driver);
        return
        [
            .. KindOptions.Missing(
                driver,
                ("url", "write where the service takes messages, such as https://api.example.com/v1/messages"),
                ("send", "write how a message is handed over, such as send: { json: { to: \"{to}\", text: \"{text}\" } }")),
            .. UrlChecks.Of("driver.url", driver.Url), .. UrlChecks.Of("driver.callback", driver.Callback),
            .. UrlChecks.Of("driver.status", driver.Status, isBare: false),
            .. sending, .. hearing,
        ];
    }

    private static IEnumerable<OptionProblem> OfAccount(DriverOptions driver, WebhookSendOptions send)
    {
        var gaps = WebhookRequest.GapsOf(send).ToHashSet();
        foreach (var (option, gap, isThere) in ((string, string, bool)[])
        [
            ("driver.username", WebhookTemplate.Username, driver.Username is not null),
            ("driver.password", WebhookTemplate.Password, driver.Password is not null),
        ])
        {
            if (!isThere && gaps.Contains(gap))
            {
                yield return new(option, $"driver.send says {{{gap}}}, and there is none", $"write '{gap}', or remove {{{gap}}}");
            }
            else if (isThere && !gaps.Contains(gap) && !WebhookRequest.IsBasic(driver))
            {
                yield return new(option, "it is shown to nobody",
                    $"write {{{gap}}} into driver.send, or 'username' and 'password' both: they are shown as Basic authentication");
            }
        }
    }

    private static IEnumerable<OptionProblem> OfSilence(DriverOptions driver)
    {
        if (driver.Secret is not null)
        {
            yield return new("driver.secret", "nobody calls: it is what the service shows when it does", "add 'receive', or remove it");
        }
        else if (driver.Callback is not null)
        {
            yield return new("driver.callback", "without 'receive' nobody who calls there is heard", "add 'receive' and 'secret', or remove it");
        }
    }
}
