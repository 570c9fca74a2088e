using System.Text.RegularExpressions;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Webhook;

/// <summary>What is wrong with how a message is handed over.</summary>
internal static partial class SendChecks
{
    private const string Place = "driver.send";

    // What frames the message itself.
    private static readonly string[] s_ours = ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade"];

    private static readonly string s_gaps = string.Join(", ", WebhookTemplate.Names.Select(name => $"{{{name}}}"));

    public static IEnumerable<OptionProblem> Of(WayOptions options, WebhookSendOptions send) =>
        [.. OfBody(send), .. OfGaps(options, send), .. OfHeaders(options.Driver, send), .. OfAnswer(send)];

    private static IEnumerable<OptionProblem> OfBody(WebhookSendOptions send)
    {
        if (send.Json is not null && send.Form.Count > 0)
        {
            yield return new($"{Place}.form", "'json' is written, too", "write one of the two");
        }

        if (send.Method == WebhookMethod.Get && (send.Json is not null || send.Form.Count > 0))
        {
            yield return new($"{Place}.method", "a GET has no body", "write what is sent as 'query', or method: post");
        }
    }

    private static IEnumerable<OptionProblem> OfGaps(WayOptions options, WebhookSendOptions send)
    {
        foreach (var (option, gaps) in ((string, IEnumerable<string>)[])
        [
            ("json", WebhookTemplate.GapsOf(send.Json)), ("form", send.Form.Values.SelectMany(WebhookTemplate.GapsOf)),
            ("query", send.Query.Values.SelectMany(WebhookTemplate.GapsOf)), ("headers", send.Headers.Values.SelectMany(WebhookTemplate.GapsOf)),
        ])
        {
            foreach (var unknown in gaps.Except(WebhookTemplate.Names))
            {
                yield return new($"{Place}.{option}", $"nothing is called {{{unknown}}}", $"write one of {s_gaps}");
            }
        }

        var all = WebhookRequest.GapsOf(send).ToHashSet();
        foreach (var (gap, what) in ((string, string)[])[(WebhookTemplate.To, "to whom a message goes"),
            (WebhookTemplate.Text, "what a message says")])
        {
            if (!all.Contains(gap))
            {
                yield return new(Place, $"it does not say {what}", $"write {{{gap}}} into 'json', 'form' or 'query'");
            }
        }

        if (all.Contains(WebhookTemplate.From) && options.Sender is null)
        {
            yield return new("sender", "driver.send says {from}, and there is none",
                "write the number or name that messages come from, or remove {from}");
        }

        if (all.Contains(WebhookTemplate.Callback) && options.Driver is not { Callback: not null, Receive.Report: not null })
        {
            yield return new("driver.callback", "driver.send says {callback}, and nobody would hear what is called there",
                "add 'callback' and 'receive.report', or remove {callback}");
        }

        if (send.Remembers is { } window && (window <= TimeSpan.Zero || !all.Contains(WebhookTemplate.Id)))
        {
            yield return new($"{Place}.remembers", "a service knows a repeat by {id} alone",
                "write {id} where the service wants it, or remove 'remembers'");
        }
    }

    private static IEnumerable<OptionProblem> OfHeaders(DriverOptions driver, WebhookSendOptions send)
    {
        foreach (var (name, value) in send.Headers)
        {
            if (!Token().IsMatch(name) || s_ours.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                yield return new($"{Place}.headers", $"'{name}' is no header that can be set", "correct its name, or remove it");
            }
            else if (!IsPlain(value) || WebhookTemplate.GapsOf(value).Any(gap => gap is WebhookTemplate.To or WebhookTemplate.Text))
            {
                yield return new($"{Place}.headers", $"what '{name}' says cannot stand in a header",
                    "write plain letters on one line, without {to} and {text}");
            }
        }

        if (send.Headers.Values.SelectMany(WebhookTemplate.GapsOf).Contains(WebhookTemplate.Password) && driver.Password is { } password
            && !IsPlain(password.Reveal()))
        {
            yield return new("driver.password", "it has signs that cannot stand in a header", "look whether its file has more than one line");
        }
    }

    private static IEnumerable<OptionProblem> OfAnswer(WebhookSendOptions send)
    {
        foreach (var (option, path) in ((string, string?)[])[("id", send.Id), ("success.path", send.Success.Path)])
        {
            if (path is not null && JsonPath.TryParse(path) is null)
            {
                yield return new($"{Place}.{option}", "not a path into JSON", "write names with dots and places in brackets, such as messages[0].id");
            }
        }

        if (send.Success.Is.Count == 0 && (send.Success.Path is not null || send.Success.Later.Count > 0 || send.Success.Unclear.Count > 0))
        {
            yield return new($"{Place}.success", "nothing says what stands there when a message is taken", "add 'is'");
        }

        if (send.Success.Status.Concat(send.Retry).Any(status => status is < 100 or > 599))
        {
            yield return new(Place, "'success.status' and 'retry' are HTTP statuses", "write numbers from 100 to 599");
        }
        else if (send.Retry.Any(status => status is < 400 || send.Success.Status.Contains(status)))
        {
            yield return new($"{Place}.retry", "an answer that says yes is no reason to send again", "write statuses from 400 on");
        }
    }

    private static bool IsPlain(string text) => text.All(character => character is >= ' ' and <= '~');

    [GeneratedRegex("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
