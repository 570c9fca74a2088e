using Bridge.Abstractions;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>One modem, from its opening until it is gone.</summary>
internal sealed class ModemRun : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);

    // Where messages may be that came in before, whoever served the modem then.
    private static readonly string[] s_memories = ["SM", "ME"];

    private readonly EndpointContext _context;
    private readonly AtConversation _modem;
    private readonly ModemFacts _facts;
    private readonly ModemWatch _watch;
    private readonly ModemArrivals _arrivals;
    private readonly ModemStore _store;

    private readonly Balance? _balance;

    public ModemRun(
        DriverOptions driver, EndpointContext context, Running running, AtConversation modem, ModemFacts facts, FewTries tries, Balance? balance)
    {
        (_context, _modem, _facts, _balance) = (context, modem, facts, balance);
        Reports = driver.Reports != false && facts.Reports;
        _watch = new ModemWatch(modem);
        var sent = new SentParts(context, running.Inbox);
        Submitter = new ModemSubmitter(context, Reports, modem, _watch, running.Reports, sent, tries);
        _arrivals = new ModemArrivals(running, sent, context.Drops, Submitter.UnderWayAsync);
        _store = new ModemStore(modem, _arrivals, facts.Memory, context.Drops);
    }

    public ModemSubmitter Submitter { get; }

    public bool Reports { get; }

    public IReadOnlyList<Figure> Figures => [.. _watch.Figures, .. _balance?.Figures ?? []];

    /// <summary>Until stopping. Throws <see cref="IOException"/> when the modem is gone, or does not answer.</summary>
    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        await LookAsync(inbox, stopping);
        _context.Report("the modem is ready");
        foreach (var memory in s_memories.Where(memory => memory != _facts.Memory))
        {
            await _store.SweepAsync(memory, stopping);
        }

        await _store.SweepAsync(null, stopping);
        using var timer = new PeriodicTimer(s_interval, _context.Clock);
        var tick = timer.WaitForNextTickAsync(stopping).AsTask();
        var heard = _modem.Unsolicited.WaitToReadAsync(stopping).AsTask();
        while (true)
        {
            if (await Task.WhenAny(heard, tick) == heard)
            {
                if (!await heard)
                {
                    await _modem.Ended;
                }

                await TakeAllAsync(inbox, stopping);
                heard = _modem.Unsolicited.WaitToReadAsync(stopping).AsTask();
            }
            else
            {
                await tick;
                await LookAsync(inbox, stopping);
                await _store.SweepAsync(null, stopping); // an announcement may be missed
                tick = timer.WaitForNextTickAsync(stopping).AsTask();
            }
        }
    }

    public void Dispose() => _modem.Dispose();

    private async Task LookAsync(IInbox inbox, CancellationToken cancellationToken)
    {
        if (await _watch.LookAsync(cancellationToken) is null && _balance is not null)
        {
            await _balance.LookAsync(_modem, cancellationToken);
        }

        await _watch.MeasureAsync(cancellationToken);
        Stand(inbox);
    }

    private void Stand(IInbox inbox) => inbox.Impaired(_watch.Fault ?? _balance?.Warning);

    private async Task TakeAllAsync(IInbox inbox, CancellationToken cancellationToken)
    {
        while (_modem.Unsolicited.TryRead(out var told))
        {
            if (told.Kind is "+CMTI" or "+CDSI")
            {
                await _store.TakeAsync(told, cancellationToken);
            }
            else if (told.Kind == "+CUSD")
            {
                await HearOperatorAsync(told.Line.Text, inbox, cancellationToken);
            }
            else if (told.Line.Message is { } hex)
            {
                await TakeAsync(hex, cancellationToken);
            }
        }
    }

    private async Task HearOperatorAsync(string said, IInbox inbox, CancellationToken cancellationToken)
    {
        if (_balance is null)
        {
            _context.Drops.Dropped(Balance.Unasked);
            return;
        }

        await _balance.TakeAsync(said, _modem, inbox, cancellationToken);
        Stand(inbox);
    }

    /// <summary>What the modem does not keep.</summary>
    private async Task TakeAsync(string hex, CancellationToken cancellationToken)
    {
        if (_arrivals.Read(hex) is { } message)
        {
            await _arrivals.TakeAsync(message, "direct", hex, cancellationToken);
        }

        // Without it the network hands it over again. Too late, and the modem hands over nothing more until it is asked anew (3GPP 27.005 section 3.4.4).
        if (_facts.WantsAcknowledgement && !(await _modem.AskAsync("AT+CNMA", null, cancellationToken)).IsOk && _facts.Announcing is { } announcing)
        {
            await _modem.AskAsync(announcing, null, cancellationToken);
        }
    }
}
