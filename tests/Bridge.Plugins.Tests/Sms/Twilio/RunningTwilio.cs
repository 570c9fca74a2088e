using System.Net;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Twilio;

/// <summary>The endpoint at the double of Twilio.</summary>
internal sealed class RunningTwilio : HostedSms
{
    public const string Callback = "https://bridge.example.org/endpoints/sms";

    private RunningTwilio(TwilioDouble twilio, SmsOptions options, TimeProvider? clock)
        : base(options, clock) => Twilio = twilio;

    public TwilioDouble Twilio { get; }

    public static async Task<RunningTwilio> StartAsync(
        Func<DriverOptions, DriverOptions>? change = null, Func<SmsOptions, SmsOptions>? changeAll = null, TimeProvider? clock = null,
        Action<TwilioDouble>? before = null)
    {
        var twilio = await TwilioDouble.StartAsync();
        before?.Invoke(twilio);
        var options = OptionsFor(twilio);
        options = options with { Driver = change?.Invoke(options.Driver!) ?? options.Driver };
        var running = new RunningTwilio(twilio, changeAll?.Invoke(options) ?? options, clock);
        await running.BeginAsync();
        return running;
    }

    public static SmsOptions OptionsFor(TwilioDouble twilio) => new()
    {
        Driver = new DriverOptions
        {
            Kind = DriverKind.Twilio, Url = twilio.Url, Username = TwilioDouble.Account, Password = new Secret(TwilioCalls.Token),
            Callback = new Uri(Callback),
        },
        Sender = "+4915100000000",
        Country = "49",
    };

    /// <summary>As Twilio calls, without a network between.</summary>
    public Task<HttpReply> Message(string from, string text, string id = "SM1") => Call("/message", TwilioCalls.Message(id, from, text));

    /// <summary>Twilio calls the URL it was given for this message.</summary>
    public Task<HttpReply> Report(TwilioDouble.Taken taken, string status, string? error = null) =>
        Call(taken.Callback![Callback.Length..], TwilioCalls.Status(taken, status, error));

    public Task<HttpReply> Call(string rest, params (string Name, string Value)[] fields) =>
        Call(rest, TwilioCalls.Encode(fields), TwilioCalls.Sign(Callback + rest, fields));

    public async Task<HttpReply> Call(string rest, byte[] body, string? signature, string method = "POST")
    {
        var (path, query) = rest.Split('?', 2) is [var before, var behind] ? (before, behind) : (rest, "");
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], Uri.UnescapeDataString(pair.Length > 1 ? pair[1] : ""))).ToList();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (signature is not null)
        {
            headers["x-twilio-signature"] = signature;
        }

        var call = new HttpCall(method, path, pairs, headers, new MemoryStream(body), IPAddress.Loopback) { RawQuery = query };
        return await Endpoint.ServeAsync(call, TestContext.Current.CancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Twilio.DisposeAsync();
    }
}
