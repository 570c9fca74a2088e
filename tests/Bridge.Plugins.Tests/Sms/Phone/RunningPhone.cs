using System.Net;
using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Phone;

/// <summary>The endpoint at the double of a phone.</summary>
internal sealed class RunningPhone : HostedSms
{
    private readonly TimeProvider _clock;

    private RunningPhone(PhoneDouble phone, SmsOptions options, TimeProvider? clock)
        : base(options, clock) => (Phone, _clock) = (phone, clock ?? TimeProvider.System);

    public PhoneDouble Phone { get; }

    public static async Task<RunningPhone> StartAsync(
        Func<DriverOptions, DriverOptions>? change = null, TimeProvider? clock = null, Action<PhoneDouble>? before = null)
    {
        var phone = await PhoneDouble.StartAsync();
        before?.Invoke(phone);
        var options = OptionsFor(phone);
        var running = new RunningPhone(phone, options with { Driver = change?.Invoke(options.Driver!) ?? options.Driver }, clock);
        await running.BeginAsync();
        await running.UntilAsync(() => running.Connections == 0 || running.Memory.State.ContainsKey("heard-since"));
        return running;
    }

    public static SmsOptions OptionsFor(PhoneDouble phone) => new()
    {
        Driver = new DriverOptions
        {
            Kind = DriverKind.AndroidSmsGateway, Url = phone.Url, Username = PhoneDouble.Username, Password = new Secret(PhoneDouble.Password),
            Poll = TimeSpan.FromMilliseconds(20),
        },
        Country = "49",
    };

    /// <summary>Where it is called, too.</summary>
    public static DriverOptions Called(DriverOptions driver) => driver with
    {
        Callback = new Uri("https://bridge.example.org/endpoints/sms"), Secret = new Secret(PhoneCalls.SigningKey), Poll = TimeSpan.FromHours(1),
    };

    /// <summary>As the phone calls, without a network between.</summary>
    public Task<HttpReply> Call(string name, JsonObject payload) => Call(PhoneCalls.Envelope(name, payload));

    /// <summary>As the phone calls, with these words.</summary>
    public Task<HttpReply> Call(byte[] body) => Call(body, PhoneCalls.Sign(body, _clock.GetUtcNow().ToUnixTimeSeconds()));

    public async Task<HttpReply> Call(byte[] body, (string Name, string Value)[] headers, string path = "/event", string method = "POST")
    {
        var named = headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
        var call = new HttpCall(method, path, [], named, new MemoryStream(body), IPAddress.Loopback);
        return await Endpoint.ServeAsync(call, TestContext.Current.CancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Phone.DisposeAsync();
    }
}
