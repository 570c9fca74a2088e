using System.Text.RegularExpressions;
using Bridge.Host.Tests.Proofs;
using Bridge.Testing.Mqtt;
using Bridge.Testing.Sms.Webhook;
using Xunit;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>What docs/WEBHOOK.md says of each service, as it stands there: at a double of that service, through the real process.</summary>
public sealed partial class ServicePageTests
{
    private const string Person = "+4915112345678";

    public static TheoryData<string> Services { get; } = ["https://api.nexmo.com", "https://api.httpsms.com", "http://192.168.1.1"];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_message_goes_out_is_reported_on_and_answered(string url)
    {
        var port = MosquittoBroker.FreePort();
        var endpoint = new Uri($"http://127.0.0.1:{port}/endpoints/sms");
        await using var service = await WebhookDouble.StartAsync(ShapeOf(url));
        using var workspace = new Workspace(Filled(PageOf(url), service, port));
        await using var daemon = await BridgeProcess.StartAsync(workspace, "--console");

        await workspace.DoAsync("send", $"sms:{Person}", "Grüße \"aus\" {to}");
        await MatrixDaemon.UntilAsync(() => service.All.Count == 1);
        Assert.Equal("Grüße \"aus\" {to}", service.All[0].Text);
        Assert.Equal(Person[1..], service.All[0].To.TrimStart('+', '0'));
        service.Report(endpoint, service.All[0]);
        await Workspace.UntilAsync(async () =>
            (await workspace.DoAsync("deliveries", "list", "--all")).Contains("delivered", StringComparison.Ordinal));

        service.Bring(endpoint, "m1", Person, "heard & understood");
        await daemon.Output.WaitForAsync("heard & understood");
    }

    private static ServiceShape ShapeOf(string url) => url switch
    {
        "https://api.nexmo.com" => new VonageShape(),
        "https://api.httpsms.com" => new HttpSmsShape(),
        _ => new TeltonikaShape(),
    };

    private static string PageOf(string url) => MarkdownPage.All.Single(page => page.Name == "docs/WEBHOOK.md").YamlBlocks
        .Single(block => block.Kind == "whole" && block.Yaml.Contains($"url: {url}", StringComparison.Ordinal)).Yaml;

    /// <summary>With the double's address and secrets in the place of the service's.</summary>
    private static string Filled(string page, WebhookDouble service, int port)
    {
        var filled = Listening().Replace(page, $"listen: 127.0.0.1:{port}");
        foreach (var (key, value) in ((string, string)[])
        [
            ("url", service.Url.AbsoluteUri), ("username", ServiceShape.Username), ("password", ServiceShape.Password),
                ("secret", ServiceShape.Secret),
        ])
        {
            filled = Regex.Replace(filled, $"^(      {key}: ).*$", $"$1\"{value}\"", RegexOptions.Multiline, TimeSpan.FromSeconds(10));
        }

        return filled;
    }

    [GeneratedRegex(@"listen: [0-9.]+:[0-9]+")]
    private static partial Regex Listening();
}
