using System.Net;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Webhook;

/// <summary>The endpoint at the double of a service.</summary>
internal sealed class RunningWebhook : HostedSms
{
    private readonly TimeProvider _clock;

    private RunningWebhook(WebhookDouble service, SmsOptions options, TimeProvider? clock, HttpMessageHandler? handler)
        : base(options, clock, handler) => (Service, _clock) = (service, clock ?? TimeProvider.System);

    public WebhookDouble Service { get; }

    public static async Task<RunningWebhook> StartAsync(
        string service = "vonage", Func<DriverOptions, DriverOptions>? change = null, TimeProvider? clock = null,
            Action<WebhookDouble>? before = null,
        Func<SmsOptions, SmsOptions>? changeAll = null, HttpMessageHandler? handler = null)
    {
        var listening = await WebhookDouble.StartAsync(Services.ShapeOf(service));
        before?.Invoke(listening);
        var options = Services.OptionsFor(listening);
        options = options with { Driver = change?.Invoke(options.Driver!) ?? options.Driver };
        var running = new RunningWebhook(listening, changeAll?.Invoke(options) ?? options, clock, handler);
        await running.BeginAsync();
        return running;
    }

    /// <summary>As the service calls, without a network between.</summary>
    public Task<HttpReply> Message(string from, string text, string id = "m1") => Call(Service.Shape.Message(id, from, text));

    public Task<HttpReply> Report(ServiceMessage message, bool isDelivered = true) => Call(Service.Shape.Report(message, isDelivered)!.Value);

    public Task<HttpReply> Call((string Behind, string Body) call)
    {
        var body = Encoding.UTF8.GetBytes(call.Body);
        return Call(call.Behind, body, Service.Shape.Sign(body, _clock.GetUtcNow()));
    }

    public async Task<HttpReply> Call(string rest, byte[] body, IEnumerable<(string Name, string Value)> signed, string? method = null,
        string? contentType = null)
    {
        var (path, query) = rest.Split('?', 2) is [var before, var behind] ? (before, behind) : (rest, "");
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], Uri.UnescapeDataString(pair.Length > 1 ? pair[1] : ""))).ToList();
        var headers = signed.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
        if ((contentType ?? Service.Shape.ContentType) is { } type)
        {
            headers["Content-Type"] = type;
        }

        var call = new HttpCall(method ?? (body.Length > 0 ? "POST" : "GET"), path, pairs, headers, new MemoryStream(body),
            IPAddress.Loopback) { RawQuery = query };
        return await Endpoint.ServeAsync(call, TestContext.Current.CancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Service.DisposeAsync();
    }
}
