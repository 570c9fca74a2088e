using Bridge.Core.Delivery;
using Bridge.Host.Admin;

namespace Bridge.Host.Daemon;

/// <summary>The daemon at work, for <c>top</c>.</summary>
internal static class TopReports
{
    /// <summary>More do not fit a screen.</summary>
    private const int MostLanes = 20;

    // A folder that is a mount point may hold what belongs to root alone, such as lost+found.
    private static readonly EnumerationOptions s_ours = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };

    public static async Task<TopReport> OfAsync(StatusReport status, DeliveryEngine delivery, string dataFolder, TimeProvider clock)
    {
        var lanes = await delivery.OverviewAsync(MostLanes);
        return new TopReport(clock.GetUtcNow(), status, [.. lanes.Select(Of)], SizeOf(dataFolder));
    }

    private static LanesReport Of(LanesOverview lanes) => new(
        lanes.Endpoint.Value,
        lanes.InFlight,
        lanes.Count,
        [.. lanes.Lanes.Select(lane => new LaneReport(lane.To?.Full ?? $"{lanes.Endpoint}:(in the store)", lane.Critical, lane.Owed, lane.More, lane.Oldest, lane.Reason))],
        lanes.Window);

    private static long SizeOf(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", s_ours).Sum(LengthOf);

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0; // it went away while it was looked at
        }
    }
}
