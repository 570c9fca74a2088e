using Bridge.Abstractions;
using Bridge.Plugin.Sms;

namespace Bridge.Plugins.Tests.Sms.Modem;

/// <summary>The endpoint at one modem of a network of doubles.</summary>
internal sealed class RunningModem : HostedSms
{
    public const string Number = "+4915100000001";

    private RunningModem(ModemNetwork network, ModemDouble modem, SmsOptions options, TimeProvider? clock)
        : base(options, clock) => (Network, Modem) = (network, modem);

    public ModemNetwork Network { get; }

    public ModemDouble Modem { get; }

    /// <param name="prepare">Of the modem, before it is opened.</param>
    /// <param name="change">Of the options.</param>
    /// <param name="clock">The real one, unless given.</param>
    /// <param name="alphabets">None, unless given.</param>
    public static async Task<RunningModem> StartAsync(
        Action<ModemDouble>? prepare = null, Func<DriverOptions, DriverOptions>? change = null, TimeProvider? clock = null,
        EquatableArray<NationalAlphabet> alphabets = default)
    {
        var network = new ModemNetwork();
        var modem = network.Add(Number);
        prepare?.Invoke(modem);
        var options = OptionsFor(modem) with { Alphabets = alphabets };
        var running = new RunningModem(network, modem, options with { Driver = change?.Invoke(options.Driver!) ?? options.Driver }, clock);
        await running.BeginAsync();
        return running;
    }

    protected override string Said => $"the modem keeps {Modem.Stored} and heard {string.Join(", ", Modem.Commands)}";

    public static SmsOptions OptionsFor(ModemDouble modem) => new()
    {
        Driver = new DriverOptions { Kind = DriverKind.AtModem, Port = modem.Device },
        Country = "49",
    };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Network.Dispose();
    }
}
