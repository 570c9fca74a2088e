using Bridge.Abstractions;
using Bridge.Plugin.Sms.Modem.Serial;

namespace Bridge.Plugin.Sms.Ways;

/// <summary>Tries whether ways work.</summary>
internal static class WayProbe
{
    /// <summary>Of one.</summary>
    public static async Task<ProbeResult> OfAsync(Way way, CancellationToken cancellationToken)
    {
        try
        {
            return new ProbeResult.Works(await way.Driver.DescribeAsync(cancellationToken));
        }
        catch (DeviceInUseException busy)
        {
            return new ProbeResult.InUse(busy.Message, "stop the program that uses it; ModemManager lets go of it by a udev rule with ID_MM_DEVICE_IGNORE");
        }
    }

    /// <summary>Of several at a time: it works when all do, and every one is told of.</summary>
    public static async Task<ProbeResult> OfAllAsync(IReadOnlyList<Way> ways, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(ways.Select(way => FoundAsync(way, cancellationToken)));
        var words = string.Join("; ", ways.Zip(found, (way, result) => $"{way.Options.Title}: {WordsOf(result)}"));
        return found.Any(result => result is ProbeResult.Fails) ? new ProbeResult.Fails(words)
            : found.OfType<ProbeResult.InUse>().FirstOrDefault() is { } busy ? new ProbeResult.InUse(words, busy.Cure)
            : new ProbeResult.Works(words);
    }

    private static async Task<ProbeResult> FoundAsync(Way way, CancellationToken cancellationToken)
    {
        try
        {
            return await OfAsync(way, cancellationToken);
        }
        catch (IOException failure)
        {
            return new ProbeResult.Fails(failure.Message);
        }
    }

    private static string WordsOf(ProbeResult result) => result switch
    {
        ProbeResult.Works works => works.Found,
        ProbeResult.Fails fails => fails.Why,
        ProbeResult.InUse busy => busy.What,
        _ => throw new InvalidOperationException($"not a result of a probe: {result.GetType().Name}"),
    };
}
