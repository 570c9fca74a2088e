using System.Globalization;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Host.Admin;
using Bridge.Host.Cli;
using Bridge.Host.Plugins;

namespace Bridge.Host.Daemon;

/// <summary>What the rules of one configuration would do with an event: the same for those on disk and for those the daemon runs.</summary>
internal static class Explaining
{
    /// <param name="config">Whose rules are asked.</param>
    /// <param name="memory">What they remember.</param>
    /// <param name="about">Where rules and memory come from.</param>
    public static ExplainReport Explain(
        BridgeConfig config, PluginCatalog plugins, ExplainRequest request, RulesMemory memory, (string Memory, string Rules) about, TimeProvider clock)
    {
        var inbound = Accepting.Inbound(config, plugins, request.Address, request.Text, request.Payload, request.Retain);
        var now = TimeOf(request.At, config.Zone, clock);
        var arrival = new Arrival(EventId.New(clock), inbound, now, Origin.Cli);
        var explanation = Explanation.Of(RouteTable.Of(config.Rules, memory), arrival, memory, now, config.Zone);
        return ExplainReport.Of(explanation, about.Memory, about.Rules);
    }

    private static DateTimeOffset TimeOf(string? at, TimeZoneInfo zone, TimeProvider clock)
    {
        var now = TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone);
        if (at is null)
        {
            return now;
        }

        if (!TimeOnly.TryParseExact(at, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            throw new AdminException(AdminErrorCode.Usage, $"--at '{at}' is no time of day", "write it as HH:mm, such as 23:10");
        }

        var local = now.Date + time.ToTimeSpan();
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
