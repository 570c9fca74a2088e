using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Client;

/// <param name="Publish">As it came.</param>
/// <param name="Processed">Of so many accepted publishes the broker was known to have the acknowledgement then.</param>
/// <param name="IsWanted">False for a copy of a message that comes under another subscription too: acknowledged, and no event.</param>
internal readonly record struct Arrived(PublishPacket Publish, long Processed, bool IsWanted = true);

/// <summary>
/// Lets a connection begin with few messages: until the broker has shown how it numbers, the next are handed over when it has the acknowledgements of
/// those before. So few can become two events if we crash meanwhile (docs/decisions/0201). It takes a round trip or two once per session.
/// </summary>
internal sealed class FirstPublishes(DuplicateWindow window, int most)
{
    private const int MostFew = 16;

    private readonly List<Arrived> _waiting = [];
    private int _few = 1;

    private bool IsOver => window.IsShown || window.HasBroken || _waiting.Count >= most || _waiting.Exists(Shows);

    public void Add(List<Arrived> arrived) => _waiting.AddRange(arrived);

    /// <summary>What may be handed over now, empty for nothing. The caller passes it through the window before it asks again.</summary>
    public List<Arrived> Take(long processed)
    {
        var count = IsOver ? Math.Min(most, _waiting.Count) : processed < window.Accepted ? 0 : CountFew();
        var part = _waiting.GetRange(0, count);
        _waiting.RemoveRange(0, count);
        return part;
    }

    /// <summary>It will show how the broker numbers, so it goes into one transaction with all that waits before it.</summary>
    private static bool Shows(Arrived arrived) => arrived is { Processed: > 0, Publish: { QoS: QoS.AtLeastOnce, Dup: false } };

    private int CountFew()
    {
        var (count, few) = (0, 0);
        while (count < Math.Min(most, _waiting.Count) && few < _few)
        {
            few += _waiting[count++].Publish.QoS == QoS.AtLeastOnce ? 1 : 0;
        }

        // One at first, but a burst must not take a round trip for each.
        _few = count > 0 ? Math.Min(_few * 2, MostFew) : _few;
        return count;
    }
}
