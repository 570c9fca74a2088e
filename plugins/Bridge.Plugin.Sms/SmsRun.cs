using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms;

/// <summary>The parts of one run of the endpoint, put together: its ways, and what they share.</summary>
internal sealed class SmsRun : IDisposable
{
    private readonly IInbox _inbox;
    private readonly TimeProvider _clock;
    private readonly IDropCounter _drops;
    private readonly StaleState _stale;
    private readonly Hearing _hearing;
    private readonly List<(Way Way, Running Running)> _ways;
    private WayKeeper? _keeper;

    public SmsRun(EndpointContext context, SmsOptions options, IReadOnlyList<Way> ways, IInbox inbox)
    {
        (_inbox, _clock, _drops) = (inbox, context.Clock, context.Drops);
        _stale = new StaleState(context, inbox);
        _hearing = new Hearing(context, options.Country, inbox);
        _ways = [.. ways.Select(way => (way, new Running(way, _hearing, InboxOf(way))))];
        Dispatch = new Dispatch(context, options, ways, inbox);
    }

    public Dispatch Dispatch { get; }

    /// <summary>Ends when one of its parts does, and then ends the others.</summary>
    /// <param name="connected">Called when something can be sent.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunAsync(Action connected, CancellationToken stopping)
    {
        await _hearing.LoadAsync(stopping);
        if (_ways is [{ Way: { Driver: var only, Options.Name: null }, Running: var running }])
        {
            await only.OpenAsync(running, stopping);
            connected();
            await RunAsync(ending => only.WatchAsync(running.Inbox, ending), stopping);
        }
        else
        {
            foreach (var each in _ways.Where(each => each.Way.Limits is not null))
            {
                await each.Way.Limits!.LoadAsync(each.Running.Inbox, stopping);
            }

            _keeper = new WayKeeper(_ways, _clock, _inbox, connected);
            await RunAsync(_keeper.RunAsync, stopping);
        }
    }

    /// <summary>Answers one request, of the way whose network it seems to come from.</summary>
    public async ValueTask<HttpReply> ServeAsync(HttpCall call, CancellationToken cancellationToken)
    {
        foreach (var (way, running) in _ways)
        {
            if (_ways.Count == 1 || way.Driver.IsCalledBy(call))
            {
                return await way.Driver.ServeAsync(call, running.Reception, running.Reports, cancellationToken);
            }
        }

        _drops.Dropped("a call that bears the marks of no way (does it show its secret or signature where that way's driver expects it?)");
        return new HttpReply(404, default, "text/plain");
    }

    public void Dispose()
    {
        _ways.ForEach(each => each.Running.Dispose());
        _hearing.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> ways, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        List<Task> parts = [ways(ending.Token), _hearing.RunAsync(ending.Token), _stale.RunAsync(ending.Token)];
        var first = await Task.WhenAny(parts);
        await ending.CancelAsync();
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private IInbox InboxOf(Way way) => way.Options.Name is { } name ? new WayInbox(_inbox, name, why => _keeper?.Impaired(way, why)) : _inbox;
}
