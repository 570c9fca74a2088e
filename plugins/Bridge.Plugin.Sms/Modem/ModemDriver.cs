using Bridge.Abstractions;
using Bridge.Plugin.Sms.Modem.Serial;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>
/// A GSM modem at a serial port, by AT commands (3GPP 27.005). It numbers what it sends and reports by that number, but drops no repeat,
/// so an unclear outcome stays unclear.
/// </summary>
internal sealed class ModemDriver(WayOptions options, EndpointContext context) : IDriver
{
    private readonly FewTries _tries = new();
    private readonly Balance? _balance = options.Driver.Balance is { } balance ? new Balance(balance, context) : null;
    private volatile ModemRun? _run;

    public bool Reports => _run?.Reports ?? options.Driver.Reports != false;

    public bool CarriesFlash => true;

    public IReadOnlyList<Figure> Figures => _run?.Figures ?? [];

    public async Task OpenAsync(Running running, CancellationToken cancellationToken)
    {
        var modem = Connect();
        try
        {
            var pin = new PinTrial(options.Driver.Pin, context.State, running.Inbox);
            var facts = await new ModemSetup(options.Driver, modem, context.Clock).RunAsync(pin, cancellationToken);
            _run = new ModemRun(options.Driver, context, running, modem, facts, _tries, _balance);
        }
        catch
        {
            modem.Dispose();
            throw;
        }
    }

    public async Task WatchAsync(IInbox inbox, CancellationToken stopping)
    {
        using var run = _run ?? throw new InvalidOperationException("not open");
        try
        {
            await run.RunAsync(inbox, stopping);
        }
        finally
        {
            _run = null;
        }
    }

    public async ValueTask<PartResult> SendAsync(OutgoingPart part, CancellationToken cancellationToken) =>
        _run is { } run ? await run.Submitter.SendAsync(part, cancellationToken) : new SendResult.Deferred("not connected");

    public ValueTask<HttpReply> ServeAsync(HttpCall call, Reception reception, ReportDesk reports, CancellationToken cancellationToken) =>
        new(new HttpReply(404, default, "text/plain"));

    /// <summary>Asks, and leaves its messages and its PIN alone.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        using var modem = Connect();
        await modem.AskAsync("ATE0", null, cancellationToken);
        var model = (await modem.AskAsync("AT+CGMM", "", cancellationToken)).First?.Text ?? "a modem";
        var card = (await modem.AskAsync("AT+CPIN?", "+CPIN:", cancellationToken)).First?.Fields[0];
        if (card != "READY")
        {
            return card == "SIM PIN" && options.Driver.Pin is not null
                ? $"{model}, whose SIM card still wants the PIN; driver.pin was not tried"
                : throw new IOException("the modem answers, and cannot use its SIM card: is there one in it, and does it want a PIN (driver.pin)?");
        }

        var watch = new ModemWatch(modem);
        var fault = await watch.LookAsync(cancellationToken);
        await watch.MeasureAsync(cancellationToken);
        return string.Join(", ", [model, .. fault is null ? [] : (string[])[fault], .. watch.Figures.Select(figure => figure.Words)]);
    }

    public void Dispose() => _run?.Dispose();

    private AtConversation Connect() => new(
        SerialPort.Open(KindOptions.Needed(options.Driver.Port).FullName, options.Driver.Speed ?? LineSpeed.Usual), context.Clock);
}
