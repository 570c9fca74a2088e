using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>One run of the driver: with the phone it found, what it waits for, and what it has read.</summary>
internal sealed class PhoneRun(EndpointContext context, WayOptions options, PhoneClient client, Running running, Device device)
{
    private static readonly TimeSpan s_check = TimeSpan.FromMinutes(1);

    private readonly PhoneDevices _devices = new(client, options.Driver);
    private readonly PhoneInbox _inbox = new(context, client, running);
    private readonly PhoneHooks _hooks = new(client, options, context.Id);
    private readonly Alarm _alarm = new(context.Clock);
    private string? _hookFault;

    /// <summary>Which phone sends.</summary>
    public string Device { get; } = device.Id!;

    public AwaitedReports Awaited { get; } =
        new(context, client, running, PhoneDriver.IsReported(options), PhoneDriver.IntervalOf(options.Driver));

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await Awaited.LoadAsync(cancellationToken);
        _hookFault = await _hooks.RegisterAsync(Device, cancellationToken);
    }

    /// <summary>Something went wrong. From any thread.</summary>
    public void Tell() => _alarm.Tell();

    /// <summary>Ends by an exception when the gateway is not there, or does not know us.</summary>
    public async Task WatchAsync(IInbox inbox, CancellationToken stopping)
    {
        string? impaired = null;
        var checkedAt = context.Clock.GetTimestamp();
        var seen = device;
        await _inbox.LoadAsync(stopping);
        while (true)
        {
            await Awaited.AskAsync(stopping);
            var unread = await _inbox.ReadAsync(stopping);
            var fault = PhoneDevices.FaultOf(seen, context.Clock.GetUtcNow()) ?? _hookFault ?? unread;
            if (fault != impaired)
            {
                inbox.Impaired(impaired = fault);
            }

            if (await _alarm.PauseAsync(PhoneDriver.IntervalOf(options.Driver), stopping) || context.Clock.GetElapsedTime(checkedAt) >= s_check)
            {
                checkedAt = context.Clock.GetTimestamp();
                seen = await _devices.FindAsync(stopping);
                if (seen.Id != Device)
                {
                    throw new IOException("the gateway has another phone now");
                }
            }
        }
    }
}
