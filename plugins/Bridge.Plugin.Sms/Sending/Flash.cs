using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>Messages that show themselves at once and are not kept (class 0 of 3GPP 23.038): a rule asks for it at the destination.</summary>
/// <param name="report">Told once of each way that cannot.</param>
internal sealed class Flash(Action<string> report)
{
    private const string Yes = "true";

    private readonly ConcurrentDictionary<Way, bool> _told = [];

    public static DestinationOption Option { get; } =
        new("flash", [Yes, "false"], "Whether the message shows itself on the phone at once and is not kept there; false unless written.");

    public static bool IsAsked(Outbound outbound) => outbound.Options.Contains(new Property(Option.Name, Yes));

    public void Look(Outbound outbound, Way way)
    {
        if (IsAsked(outbound) && !way.Driver.CarriesFlash && _told.TryAdd(way, true))
        {
            report($"{way.Options.Title} cannot send flash messages: they go as ordinary ones");
        }
    }
}
