using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>Whether the modem has a network, and how well it hears it (3GPP 27.007 sections 7.2 and 8.5).</summary>
internal sealed class ModemWatch(AtConversation modem)
{
    private const int Denied = 3;
    private const int BestSignal = 31; // 99: not known
    private const int WeakestDbm = -113;
    private const int DbmPerStep = 2;
    private const string SignalHelp = "how strong the network is where the modem is; -113 is the least, -51 the most it can say";

    // CREG is of the networks of old; a modem that knows LTE alone answers to CEREG.
    private static readonly string[] s_registrations = ["+CREG", "+CEREG"];

    private volatile string? _fault;
    private volatile Figure? _registered;
    private volatile Figure? _signal;

    /// <summary>Null when messages can be sent; otherwise why not.</summary>
    public string? Fault => _fault;

    public IEnumerable<Figure> Figures => new[] { _registered, _signal }.OfType<Figure>();

    /// <summary>Looks again whether it has a network.</summary>
    public async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        var isDenied = false;
        foreach (var registration in s_registrations)
        {
            var state = StateOf((await modem.AskAsync($"AT{registration}?", registration + ":", cancellationToken)).First);
            if (state is 1 or 5 or 6 or 7)
            {
                _registered = Registered(1, state is 5 or 7 ? "registered, roaming" : "registered");
                return _fault = null;
            }

            isDenied |= state == Denied;
        }

        _registered = Registered(0, "not registered");
        return _fault = isDenied
            ? "the network refuses the SIM card of the modem"
            : "the modem is not registered in the network: look at its antenna and its SIM card";
    }

    /// <summary>Looks how well it hears.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        var reply = await modem.AskAsync("AT+CSQ", "+CSQ:", cancellationToken);
        _signal = reply.First?.Number(0) is { } steps and <= BestSignal ? Signal(WeakestDbm + (DbmPerStep * steps)) : null;
    }

    private static Figure Registered(int value, string words) => new("registered", value, words, "1 when the modem is registered in a network");

    private static Figure Signal(int dbm) => new("signal_dbm", dbm, $"signal {dbm} dBm", SignalHelp);

    /// <summary>An answer says before it what is told unasked; what is told unasked does not.</summary>
    private static int? StateOf(AtLine? line) => line?.Number(1) ?? line?.Number(0);
}
