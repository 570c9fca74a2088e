using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms;

/// <summary>The parts of one run of the endpoint, put together.</summary>
internal sealed class Running(EndpointContext context, SmsOptions options, IDriver driver, TextCutter cutter, IInbox inbox) : IDisposable
{
    private readonly StaleState _stale = new(context, inbox);

    public IInbox Inbox => inbox;

    public Reception Reception { get; } = new(context, options, inbox);

    public ReportDesk Reports { get; } = new(context, inbox);

    public Dispatch Dispatch { get; } = new(context, options, driver, cutter, inbox);

    public Task LoadAsync(CancellationToken cancellationToken) => Reception.LoadAsync(cancellationToken);

    /// <summary>Ends when one of its parts does, and then ends the others.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        List<Task> parts = [driver.WatchAsync(inbox, ending.Token), Reception.RunAsync(ending.Token), _stale.RunAsync(ending.Token)];
        var first = await Task.WhenAny(parts);
        await ending.CancelAsync();
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    public void Dispose()
    {
        Reception.Dispose();
        Reports.Dispose();
    }
}
