using Bridge.Abstractions;
using Bridge.Plugin.Sms;

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

    /// <inheritdoc cref="KannelCalls.Call"/>
    public Task<HttpReply> Call(string path, string query, byte[]? body = null, params (string Name, string Value)[] headers) =>
        KannelCalls.Call(Endpoint, path, query, body, headers);

    /// <inheritdoc cref="KannelCalls.Report"/>
    public Task<HttpReply> Report(KannelDouble.Taken part, int type, string answer = "") => KannelCalls.Report(Endpoint, part, type, answer);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Kannel.DisposeAsync();
    }
}
