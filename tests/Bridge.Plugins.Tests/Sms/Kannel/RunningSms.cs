using System.Net;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Kannel;

/// <summary>The endpoint at the double of Kannel.</summary>
internal sealed class RunningSms : HostedSms
{
    public const string Secret = "canary-secret";

    private RunningSms(KannelDouble kannel, SmsOptions options, TimeProvider? clock)
        : base(options, clock) => Kannel = kannel;

    public KannelDouble Kannel { get; }

    public static async Task<RunningSms> StartAsync(Func<SmsOptions, SmsOptions>? change = null, TimeProvider? clock = null)
    {
        var kannel = await KannelDouble.StartAsync();
        var options = OptionsFor(kannel);
        var running = new RunningSms(kannel, change?.Invoke(options) ?? options, clock);
        await running.BeginAsync();
        return running;
    }

    public static SmsOptions OptionsFor(KannelDouble kannel) => new()
    {
        Driver = new DriverOptions
        {
            Kind = DriverKind.Kannel, Url = kannel.Url, Username = "bridge", Password = new Secret(KannelDouble.Password), Secret = new Secret(Secret),
            Callback = new Uri("http://127.0.0.1:1/endpoints/sms"), Status = kannel.StatusUrl, StatusPassword = new Secret(KannelDouble.Password),
        },
        Sender = "+4915100000000",
        Country = "49",
    };

    /// <summary>As Kannel calls, without a network between.</summary>
    public async Task<HttpReply> Call(string path, string query, byte[]? body = null, params (string Name, string Value)[] headers)
    {
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], Uri.UnescapeDataString((pair.Length > 1 ? pair[1] : "").Replace('+', ' ')))).ToList();
        var call = new HttpCall(
            body is null ? "GET" : "POST", path, pairs, headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase),
            new MemoryStream(body ?? []), IPAddress.Loopback)
        {
            RawQuery = query,
        };
        return await Endpoint.ServeAsync(call, TestContext.Current.CancellationToken);
    }

    /// <summary>Kannel calls the URL it was given for this part.</summary>
    public Task<HttpReply> Report(KannelDouble.Taken part, int type, string answer = "")
    {
        var url = part.ReportUrl!.Replace("%d", type.ToString(), StringComparison.Ordinal).Replace("%A", Uri.EscapeDataString(answer), StringComparison.Ordinal);
        var at = new Uri(url);
        return Call(at.AbsolutePath["/endpoints/sms".Length..], at.Query.TrimStart('?'));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Kannel.DisposeAsync();
    }
}
