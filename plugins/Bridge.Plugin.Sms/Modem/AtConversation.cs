using System.Text;
using Bridge.Plugin.Sms.Modem.Serial;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>
/// Talks to a modem: one command at a time, with what it says unasked in between (3GPP 27.007). An answer that is too late leaves the
/// conversation out of step; before the next command it is brought into step again, by a question whose answer cannot be mistaken.
/// </summary>
internal sealed partial class AtConversation : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const byte Escape = 0x1b;
    private const byte EndOfMessage = 0x1a;
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(2);

    // Each attempt asks another one, so that an answer that comes late is not taken for a later one.
    private static readonly string[] s_questions = ["+CMEE", "+CMGF", "+CREG", "+CSMS"];

    private readonly SerialPort _port;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Thread _reading;

    private Exchange? _current;
    private Exchange? _overdue;
    private bool _isOutOfStep = true; // whoever spoke to it before may have left it anywhere

    public AtConversation(SerialPort port, TimeProvider clock)
    {
        (_port, _clock) = (port, clock);
        _reading = new Thread(Read) { IsBackground = true, Name = "modem" };
        _reading.Start();
    }

    /// <summary>Throws <see cref="IOException"/> when no answer comes.</summary>
    /// <param name="command">What is sent.</param>
    /// <param name="prefix">What the lines of its answer begin with; empty for any, null when none are awaited.</param>
    /// <param name="cancellationToken">Given up.</param>
    public Task<AtReply> AskAsync(string command, string? prefix, CancellationToken cancellationToken) =>
        AskAsync(command, prefix, Patience, cancellationToken);

    /// <summary>As the other, for as long as <paramref name="patience"/>.</summary>
    public async Task<AtReply> AskAsync(string command, string? prefix, TimeSpan patience, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await StepAsync(cancellationToken);
            return await ExchangeAsync(new Exchange(command, prefix), patience, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Hands over one message: <c>AT+CMGS</c>, the prompt, the octets. Throws nothing.</summary>
    public async Task<Handover> HandOverAsync(int length, byte[] octets, HandoverPatience patience, CancellationToken cancellationToken)
    {
        using var turn = new CancellationTokenSource(patience.ForTurn, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(turn.Token, cancellationToken);
        try
        {
            await _turn.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return new Handover.NeverLeft("the modem is still busy with what was sent before");
        }

        try
        {
            await StepAsync(cancellationToken);
            return await SubmitAsync(length, octets, patience, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            return new Handover.NeverLeft(failure is IOException ? failure.Message : "given up before it was handed over");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Afterwards the device can be opened again.</summary>
    public void Dispose()
    {
        _port.Dispose();
        _reading.Join();
    }

    private async Task<Handover> SubmitAsync(int length, byte[] octets, HandoverPatience patience, CancellationToken cancellationToken)
    {
        var exchange = new Exchange($"AT+CMGS={length}", "+CMGS:");
        Begin(exchange);
        try
        {
            await (await Task.WhenAny(exchange.Prompted, exchange.Answer).WaitAsync(patience.ForPrompt, _clock, cancellationToken));
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            GiveUp(exchange, isOverdue: false);
            return new Handover.NeverLeft("the modem does not ask for the message");
        }

        if (exchange.Answer.IsCompletedSuccessfully)
        {
            var early = await exchange.Answer;
            _isOutOfStep = true; // it may ask all the same: nothing can be done before it was handed over, and an error may be another's
            return early.IsOk ? new Handover.NeverLeft("the modem does not ask for the message") : new Handover.Answered(early);
        }

        try
        {
            _port.Write([.. Encoding.ASCII.GetBytes(Convert.ToHexString(octets)), EndOfMessage]);
            return new Handover.Answered(await exchange.Answer.WaitAsync(patience.ForAnswer, _clock, cancellationToken));
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            return GiveUp(exchange, isOverdue: true)
                ? new Handover.Answered(await exchange.Answer)
                : new Handover.Unknown("the modem did not say in time whether it is sent", exchange.Answer);
        }
        catch (IOException)
        {
            return new Handover.Unknown("the modem was gone before it said whether it is sent", null);
        }
    }

    private async Task<AtReply> ExchangeAsync(Exchange exchange, TimeSpan patience, CancellationToken cancellationToken)
    {
        Begin(exchange);
        try
        {
            return await exchange.Answer.WaitAsync(patience, _clock, cancellationToken);
        }
        catch (TimeoutException late)
        {
            GiveUp(exchange, isOverdue: false);
            throw new IOException("the modem does not answer", late);
        }
        catch (OperationCanceledException)
        {
            GiveUp(exchange, isOverdue: false);
            throw;
        }
    }

    /// <summary>Leaves a prompt, and asks until the answer is the one to this question.</summary>
    private async Task StepAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; _isOutOfStep; i++)
        {
            _port.Write([Escape]);
            try
            {
                await ExchangeAsync(new Exchange($"AT{s_questions[i]}?", s_questions[i] + ":", needsLine: true), s_step, cancellationToken);
                InStep();
            }
            catch (IOException) when (i + 1 < s_questions.Length && !Ended.IsCompleted)
            {
                // Once more: it may be busy, or still starting.
            }
        }
    }

    private void InStep()
    {
        Exchange? overdue;
        lock (_gate)
        {
            (overdue, _overdue, _isOutOfStep) = (_overdue, null, false);
        }

        overdue?.Fail(new IOException("no answer came any more"));
    }

    private void Begin(Exchange exchange)
    {
        lock (_gate)
        {
            if (Ended.IsCompleted)
            {
                throw new IOException("the modem is gone");
            }

            _current = exchange;
        }

        _port.Write(Encoding.ASCII.GetBytes(exchange.Command + "\r"));
    }

    /// <summary>True when it is answered all the same: it has said what was asked, though not that it is done.</summary>
    private bool GiveUp(Exchange exchange, bool isOverdue)
    {
        lock (_gate)
        {
            _current = null;
            _isOutOfStep = true;
            if (exchange.HasSaidEnough)
            {
                exchange.End(null);
                return true;
            }

            _overdue = isOverdue ? exchange : _overdue;
            return false;
        }
    }
}
