using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Smpp.Connection;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Smpp;

/// <summary>
/// An SMS centre, by SMPP 3.4. It names what it takes and reports by that name, but drops no repeat, so an unclear outcome stays unclear.
/// </summary>
internal sealed class SmppDriver(WayOptions options, EndpointContext context) : IDriver
{
    private readonly SubmitMemory _memory = new(options.Driver, context.Clock);
    private volatile SmppRun? _run;

    public bool CarriesFlash => true;

    public bool Reports => options.Driver.Reports != false && options.Driver.Bind != SmppBinding.Transmitter;

    public async Task OpenAsync(Running running, CancellationToken cancellationToken) =>
        _run = new SmppRun(options, context, Reports, _memory, running, await SmppRun.BindAsync(options.Driver, context, cancellationToken));

    public async Task WatchAsync(IInbox inbox, CancellationToken stopping)
    {
        var run = _run ?? throw new InvalidOperationException("not open");
        try
        {
            await run.RunAsync(stopping);
        }
        finally
        {
            _run = null;
            await run.DisposeAsync();
        }
    }

    public async ValueTask<PartResult> SendAsync(OutgoingPart part, CancellationToken cancellationToken) =>
        _run is { } run ? await run.Submitter.SendAsync(part, cancellationToken) : new SendResult.Deferred("not connected");

    public ValueTask<HttpReply> ServeAsync(HttpCall call, Reception reception, ReportDesk reports, CancellationToken cancellationToken) =>
        new(new HttpReply(404, default, "text/plain"));

    /// <summary>As a transmitter, to which nothing is brought.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        await using var session = await SmppSession.OpenAsync(options.Driver, CommandId.BindTransmitter, context, cancellationToken);
        using var leaving = new CancellationTokenSource();
        await leaving.CancelAsync();
        await session.RunAsync((_, _) => Task.FromResult(CommandStatus.TemporaryAppError), leaving.Token);
        return "the SMS centre accepts the bind";
    }

    public void Dispose() => _memory.Dispose();
}
