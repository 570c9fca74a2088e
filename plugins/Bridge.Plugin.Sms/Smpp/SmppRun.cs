using Bridge.Abstractions;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Smpp.Connection;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Smpp;

/// <summary>The bound sessions of one run: one for both ways, or one for each, or several of them. They stand and fall together.</summary>
internal sealed class SmppRun : IAsyncDisposable
{
    private readonly IReadOnlyList<SmppSession> _sessions;
    private readonly Arrivals _arrivals;

    public SmppRun(
        WayOptions options, EndpointContext context, bool reports, SubmitMemory memory, Running running, IReadOnlyList<SmppSession> sessions)
    {
        var sent = new SentParts(context, running.Inbox);
        _sessions = sessions;
        Submitter = new Submitter(options, context, reports, memory, running.Reports, [.. sessions.Where(session => session.Sends)], sent);
        _arrivals = new Arrivals(running, sent, options.Driver, context.Drops, Submitter.UnderWayAsync);
    }

    public Submitter Submitter { get; }

    /// <summary>Binds one after another.</summary>
    public static async Task<IReadOnlyList<SmppSession>> BindAsync(DriverOptions driver, EndpointContext context, CancellationToken cancellationToken)
    {
        var sessions = new List<SmppSession>();
        try
        {
            foreach (var bind in Enumerable.Repeat(BindsOf(driver.Bind ?? SmppBinding.Transceiver), driver.Binds ?? 1).SelectMany(binds => binds))
            {
                sessions.Add(await SmppSession.OpenAsync(driver, bind, context, cancellationToken));
            }

            return sessions;
        }
        catch
        {
            foreach (var session in sessions)
            {
                await session.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Ends when one of the sessions does, and then ends the others.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var running = _sessions.Select(session => session.RunAsync(_arrivals.TakeAsync, ending.Token)).ToList();
        var first = await Task.WhenAny(running);
        await ending.CancelAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }
    }

    private static IEnumerable<CommandId> BindsOf(SmppBinding binding) => binding switch
    {
        SmppBinding.Separate => [CommandId.BindTransmitter, CommandId.BindReceiver],
        SmppBinding.Transmitter => [CommandId.BindTransmitter],
        _ => [CommandId.BindTransceiver],
    };
}
