using Bridge.Abstractions;
using Bridge.Plugin.Sms;

namespace Bridge.Plugins.Tests.Sms.Smpp;

/// <summary>The endpoint at the double of an SMS centre.</summary>
internal sealed class RunningSmpp : HostedSms
{
    private RunningSmpp(SmscDouble centre, SmsOptions options, TimeProvider? clock)
        : base(options, clock) => Centre = centre;

    public SmscDouble Centre { get; }

    public static async Task<RunningSmpp> StartAsync(
        Func<DriverOptions, DriverOptions>? change = null, TimeProvider? clock = null, SmscDouble? centre = null, string sender = "+4915100000000",
        EquatableArray<NationalAlphabet> alphabets = default)
    {
        centre ??= SmscDouble.Start();
        var options = OptionsFor(centre.Url) with { Sender = sender, Alphabets = alphabets };
        var running = new RunningSmpp(centre, options with { Driver = change?.Invoke(options.Driver!) ?? options.Driver }, clock);
        await running.BeginAsync();
        return running;
    }

    public static SmsOptions OptionsFor(Uri url) => new()
    {
        Driver = new DriverOptions { Kind = DriverKind.Smpp, Url = url, Username = "bridge", Password = new Secret(SmscDouble.Password) },
        Sender = "+4915100000000",
        Country = "49",
    };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Centre.DisposeAsync();
    }
}
