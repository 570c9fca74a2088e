using System.Globalization;
using System.Text.Json;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>What was left on the card, and when: sealed state, so that a restart does not ask again.</summary>
internal sealed record BalanceReading(DateTimeOffset At, decimal Amount)
{
    public const string Key = "balance";
}

/// <summary>
/// Asks the operator now and then what is left on the card (USSD). The answer comes when it likes, among what the modem says unasked; nothing waits
/// for it. It outlives the connection to the modem, so that one which comes and goes is not asked more often. For one run at a time.
/// </summary>
internal sealed class Balance(BalanceOptions options, EndpointContext context)
{
    public const int MostFailures = 3;

    /// <summary>Why a message of the operator is dropped.</summary>
    public const string Unasked = "a message of the operator (USSD) that was not asked for";

    private const string Help = "what is left on the SIM card, as the operator says";

    // Modems that are silent until the network has answered give no sooner sign; networks answer within seconds.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_forAnswer = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_pause = TimeSpan.FromHours(1);

    private readonly Amount _amount = new(options.Pattern);
    private volatile BalanceReading? _latest;
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private long? _askedAt;
    private int _failures;
    private bool _isLoaded;

    /// <summary>Null while enough is left, as far as is known.</summary>
    public string? Warning =>
        Known is { } known && known.Amount < options.WarnBelow ? "less is left on the SIM card than driver.balance.warn_below" : null;

    public IEnumerable<Figure> Figures => Known is not { } known ? [] :
    [
        new("balance", (double)known.Amount, string.Create(CultureInfo.InvariantCulture, $"balance {known.Amount:0.00}"), Help),
    ];

    /// <summary>What is much older than it should be is not known any more.</summary>
    private BalanceReading? Known => _latest is { } latest && context.Clock.GetUtcNow() - latest.At < options.Every * 2 ? latest : null;

    /// <summary>Asks when it is time. Throws <see cref="IOException"/> when the modem is gone.</summary>
    public async Task LookAsync(AtConversation modem, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        if (_askedAt is { } asked)
        {
            if (context.Clock.GetElapsedTime(asked) < s_forAnswer)
            {
                return;
            }

            await EndAsync(modem, cancellationToken);
            Failed("the operator did not answer the question for the balance");
        }

        if (_failures < MostFailures && context.Clock.GetUtcNow() >= _next)
        {
            _askedAt = context.Clock.GetTimestamp();
            if (!await AskAsync(modem, cancellationToken))
            {
                Failed("the modem does not ask for the balance");
            }
        }
    }

    /// <summary>Takes what the network says.</summary>
    public async Task TakeAsync(string said, AtConversation modem, IInbox inbox, CancellationToken cancellationToken)
    {
        var answer = UssdAnswer.TryRead(said);
        if (answer is null || _askedAt is null)
        {
            if (answer?.Text != "") // the end of what was answered before says nothing
            {
                context.Drops.Dropped(Unasked);
            }

            return;
        }

        if (answer.State == UssdState.WantsReply)
        {
            await EndAsync(modem, cancellationToken);
        }

        if (answer.Text.Length == 0)
        {
            Failed("the operator did not answer the question for the balance");
        }
        else if (_amount.Find(answer.Text) is not { } amount)
        {
            Failed("the operator's answer has no balance that driver.balance.pattern finds");
        }
        else
        {
            await RememberAsync(new BalanceReading(context.Clock.GetUtcNow(), amount), inbox);
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (!_isLoaded && await context.State.GetAsync(BalanceReading.Key, cancellationToken) is { } bytes
            && JsonSerializer.Deserialize(bytes.Span, StateJson.Default.BalanceReading) is { } known)
        {
            (_latest, _next) = (known, known.At + options.Every);
        }

        _isLoaded = true;
    }

    private async Task RememberAsync(BalanceReading reading, IInbox inbox)
    {
        (_latest, _next, _askedAt, _failures) = (reading, reading.At + options.Every, null, 0);
        var value = JsonSerializer.SerializeToUtf8Bytes(reading, StateJson.Default.BalanceReading);
        await inbox.AcceptAsync(InboundBatch.Of(new StateChange(BalanceReading.Key, value)));
    }

    /// <summary>False when it cannot be asked. Some modems take a code as it is, others packed alone.</summary>
    private async Task<bool> AskAsync(AtConversation modem, CancellationToken cancellationToken)
    {
        foreach (var code in (string[])[options.Code, UssdText.Pack(options.Code)])
        {
            try
            {
                if ((await modem.AskAsync($"AT+CUSD=1,\"{code}\",15", null, s_patience, cancellationToken)).IsOk)
                {
                    return true;
                }
            }
            catch (IOException) when (!modem.Ended.IsCompleted)
            {
                return false; // it says nothing to this; the next command brings it into step
            }
        }

        return false;
    }

    private static async Task EndAsync(AtConversation modem, CancellationToken cancellationToken) =>
        await modem.AskAsync("AT+CUSD=2", null, cancellationToken);

    private void Failed(string why)
    {
        context.Drops.Dropped(why);
        _askedAt = null;
        _next = context.Clock.GetUtcNow() + (options.Every < s_pause ? options.Every : s_pause);
        if (++_failures == MostFailures)
        {
            context.Report(
                $"the balance is not asked for any more until the endpoint is restarted: {MostFailures} times there was no answer that could be used");
        }
    }
}
