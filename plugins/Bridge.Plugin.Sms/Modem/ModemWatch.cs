namespace Bridge.Plugin.Sms.Modem;

/// <summary>Whether the modem has a network, and how well it hears it.</summary>
internal sealed class ModemWatch(AtConversation modem)
{
    private const int Denied = 3;
    private const int UnknownSignal = 99;
    private const int BestSignal = 31;

    // CREG is of the networks of old; a modem that knows LTE alone answers to CEREG.
    private static readonly string[] s_registrations = ["+CREG", "+CEREG"];

    private volatile string? _fault;

    /// <summary>Null when messages can be sent; otherwise why not.</summary>
    public string? Fault => _fault;

    /// <summary>Looks again.</summary>
    public async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        var isDenied = false;
        foreach (var registration in s_registrations)
        {
            var state = StateOf((await modem.AskAsync($"AT{registration}?", registration + ":", cancellationToken)).First);
            if (state is 1 or 5 or 6 or 7)
            {
                return _fault = null;
            }

            isDenied |= state == Denied;
        }

        return _fault = isDenied
            ? "the network refuses the SIM card of the modem"
            : "the modem is not registered in the network: look at its antenna and its SIM card";
    }

    /// <summary>In a few words, for people.</summary>
    public async Task<string> SignalAsync(CancellationToken cancellationToken)
    {
        var reply = await modem.AskAsync("AT+CSQ", "+CSQ:", cancellationToken);
        return reply.First?.Number(0) is { } signal and not UnknownSignal ? $"signal {signal} of {BestSignal}" : "signal unknown";
    }

    /// <summary>An answer says before it what is told unasked; what is told unasked does not.</summary>
    private static int? StateOf(AtLine? line) => line?.Number(1) ?? line?.Number(0);
}
