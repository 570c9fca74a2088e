using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>What is wrong with how the service's calls are understood.</summary>
internal static class ReceiveChecks
{
    private const string Place = "driver.receive";

    public static IEnumerable<OptionProblem> Of(DriverOptions driver, WebhookReceiveOptions receive)
    {
        if (driver.Secret is null)
        {
            yield return new("driver.secret", "without a secret nobody who calls is believed",
                "add 'secret': the service's signing key, or a word of your own that it shows");
        }

        if (receive.Message is null && receive.Report is null)
        {
            yield return new(Place, "nothing of a call is understood", "add 'message', 'report' or both");
        }

        foreach (var problem in OfAuth(receive.Auth).Concat(receive.Report is { } report ? OfReport(driver, report) : []))
        {
            yield return problem;
        }
    }

    private static IEnumerable<OptionProblem> OfAuth(WebhookAuthOptions auth)
    {
        if (auth.Name is null && auth.By is WebhookProof.Header or WebhookProof.Parameter or WebhookProof.Hmac)
        {
            var what = auth.By == WebhookProof.Parameter ? "parameter" : "header";
            yield return new($"{Place}.auth.name", $"nobody knows which {what} it is",
                $"write the name of the {what}, as the service's documentation has it");
        }

        if (auth.By != WebhookProof.Hmac && (auth.Over is not null || auth.Timestamp is not null || auth.Prefix.Length > 0))
        {
            yield return new($"{Place}.auth", "'over', 'timestamp' and 'prefix' belong to by: hmac", "write by: hmac, or remove them");
            yield break;
        }

        var over = WebhookSignature.OverOf(auth);
        if (over.Split(WebhookSignature.Body).Length != 2)
        {
            yield return new($"{Place}.auth.over", "the body must stand in it, once",
                "write {body}, with {timestamp} where the service has the time");
        }

        if (over.Contains(WebhookSignature.Timestamp, StringComparison.Ordinal) != auth.Timestamp is not null)
        {
            yield return new($"{Place}.auth.timestamp", "a time is of use only where it is signed, and signed only where it is shown",
                "write both: the header as 'timestamp', and {timestamp} in 'over'");
        }
    }

    private static IEnumerable<OptionProblem> OfReport(DriverOptions driver, WebhookReportOptions report)
    {
        var gaps = driver.Send is { } send ? WebhookRequest.GapsOf(send).ToHashSet() : [];
        if (report.Id is null && report.OurId is null && !gaps.Contains(WebhookTemplate.Callback))
        {
            yield return new($"{Place}.report", "it does not say which message a report is about",
                "add 'id' and 'send.id', or 'our_id' and {id}, or give the service {callback}");
        }

        if (report.Id is not null && driver.Send is { Id: null })
        {
            yield return new($"{Place}.report.id", "what the service calls a message is not known",
                "add 'send.id': where it stands in the service's answer");
        }

        if (report.OurId is not null && driver.Send is not null && !gaps.Contains(WebhookTemplate.Id))
        {
            yield return new($"{Place}.report.our_id", "the service is never told {id}",
                "write {id} into driver.send, where the service wants a reference of yours");
        }

        var words = report.Delivered.Concat(report.Read).Concat(report.Failed).GroupBy(word => word, StringComparer.OrdinalIgnoreCase);
        if (words.FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            yield return new($"{Place}.report", $"'{twice.Key}' is written twice, and can mean one thing only", "remove one of the two");
        }
    }
}
