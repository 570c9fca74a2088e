using Bridge.Plugin.Sms.Http;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>
/// Finds the phone that sends. Each message names it: a server that may choose among several phones would take a repeat for another phone as another
/// message.
/// </summary>
internal sealed class PhoneDevices(PhoneClient client, DriverOptions driver)
{
    /// <summary>The phone alone asks its server every quarter of an hour when it is left to itself.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromHours(1);

    /// <summary>Throws <see cref="IOException"/> when there is none, or it cannot be told which.</summary>
    public async Task<Device> FindAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await client.GetAsync("/device", cancellationToken);
        if (status == 404)
        {
            (status, body) = await client.GetAsync("/devices", cancellationToken); // the servers' newer name
        }

        if (PhoneAnswer.FaultOf(status) is { } fault)
        {
            throw new IOException(fault);
        }

        if (ForeignJson.TryRead(body, PhoneJson.Default.ListDevice) is not { } listed)
        {
            throw new IOException(PhoneAnswer.SomethingElse);
        }

        var known = listed.OfType<Device>().Where(device => device.Id is { Length: > 0 and <= 64 }).ToList();
        return driver.Phone is { } id
            ? known.FirstOrDefault(device => device.Id == id) ?? throw new IOException("the gateway has no such phone: correct driver.phone")
            : known.Count switch
            {
                0 => throw new IOException("the gateway knows no phone yet: register one in the app"),
                1 => known[0],
                _ => throw new IOException($"the gateway has {known.Count} phones: write the id of one of them as driver.phone"),
            };
    }

    /// <summary>Null when it was there of late; of the phone itself that is always so.</summary>
    public static string? FaultOf(Device device, DateTimeOffset now) =>
        PhoneIds.TimeOf(device.LastSeen) is { } seen && now - seen > Silence
            ? "the phone has not been seen by its server for an hour: messages wait there" : null;
}
