namespace Bridge.Plugin.Sms.Modem;

/// <summary>What a modem can do.</summary>
/// <param name="Memory">Where it keeps what comes in; null when it does not say.</param>
/// <param name="Announcing">The command that makes it say what came in; null when it does not: its store must be looked through.</param>
/// <param name="Reports">Hands over status reports.</param>
/// <param name="WantsAcknowledgement">What it hands over without keeping it must be acknowledged.</param>
internal sealed record ModemFacts(string? Memory, string? Announcing, bool Reports, bool WantsAcknowledgement);

/// <summary>Makes a modem ready that may be in any state.</summary>
internal sealed class ModemSetup(DriverOptions driver, AtConversation modem, TimeProvider clock)
{
    private const int SimBusy = 14;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_simPatience = TimeSpan.FromSeconds(20);

    // As much as it knows: what came in, and reports themselves (1) or where they are kept (2). The first number is what it does while it is busy.
    private static readonly (string Parameters, bool Reports)[] s_announcements =
    [
        ("2,1,0,1,0", true), ("2,1,0,2,0", true), ("1,1,0,1,0", true), ("1,1,0,2,0", true), ("3,1,0,1,0", true),
        ("2,1,0,0,0", false), ("1,1,0,0,0", false), ("1,1", false),
    ];

    /// <summary>Throws <see cref="IOException"/> with what a person must do.</summary>
    /// <param name="pin">Tries the PIN; null for not trying it.</param>
    /// <param name="cancellationToken">Given up.</param>
    public async Task<ModemFacts> RunAsync(PinTrial? pin, CancellationToken cancellationToken)
    {
        await modem.AskAsync("ATE0", null, cancellationToken);
        await modem.AskAsync("AT+CMEE=1", null, cancellationToken);
        await UnlockAsync(pin, cancellationToken);
        for (var i = 0; i < driver.Init.Count; i++)
        {
            if ((await modem.AskAsync(driver.Init[i], null, cancellationToken)).Error is { } error)
            {
                throw new IOException($"the modem answers {error} to number {i + 1} of driver.init");
            }
        }

        if ((await modem.AskAsync("AT+CMGF=0", null, cancellationToken)).Error is { } refusal)
        {
            throw new IOException($"the modem cannot exchange messages as PDUs ({refusal}): Bridge needs one that can");
        }

        var wantsAcknowledgement = (await modem.AskAsync("AT+CSMS=1", null, cancellationToken)).IsOk;
        var memory = await MemoryAsync(cancellationToken);
        foreach (var (parameters, reports) in s_announcements)
        {
            var announcing = $"AT+CNMI={parameters}";
            if ((await modem.AskAsync(announcing, null, cancellationToken)).IsOk)
            {
                return new ModemFacts(memory, announcing, reports, wantsAcknowledgement);
            }
        }

        return new ModemFacts(memory, Announcing: null, Reports: false, wantsAcknowledgement);
    }

    /// <summary>A SIM card that was just given its PIN, or power, needs a while.</summary>
    private async Task UnlockAsync(PinTrial? pin, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var isTried = false;
        while (true)
        {
            var reply = await modem.AskAsync("AT+CPIN?", "+CPIN:", cancellationToken);
            var state = reply.First?.Fields[0];
            if (state == "READY")
            {
                await (pin?.IsThroughAsync(cancellationToken) ?? Task.CompletedTask);
                return;
            }

            if (state == "SIM PIN" && !isTried && pin is not null)
            {
                await pin.TryAsync(modem, cancellationToken);
                isTried = true;
            }
            else if ((state is not null && !isTried) || (reply.Error?.Code is not (null or SimBusy)) || clock.GetElapsedTime(began) > s_simPatience)
            {
                throw new IOException(state switch
                {
                    "SIM PIN" => "the SIM card wants its PIN: write it as driver.pin",
                    "SIM PUK" => "the SIM card is locked and wants its PUK: put it into a phone and unlock it there",
                    null => $"the modem cannot use its SIM card ({reply.Error?.ToString() ?? "no answer"}): is there one in it?",
                    _ => "the SIM card wants something else than a PIN: put it into a phone and look",
                });
            }
            else
            {
                await Task.Delay(s_second, clock, cancellationToken);
            }
        }
    }

    /// <summary>The modem's own memory, which is larger, or the one of the SIM card.</summary>
    private async Task<string?> MemoryAsync(CancellationToken cancellationToken)
    {
        foreach (var memory in (string[])["ME", "SM"])
        {
            if ((await modem.AskAsync($"AT+CPMS=\"{memory}\",\"{memory}\",\"{memory}\"", "+CPMS:", cancellationToken)).IsOk)
            {
                return memory;
            }
        }

        return null;
    }
}
