using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>
/// Stops words that go back and forth over a link: another bridge carries over what this one carried back. Where the network counts hops their bound ends it; where it
/// does not, the same words come from one side and the other in turns, however slowly. What a device repeats comes from its own side each time, and is not counted.
/// </summary>
internal static class Bouncing
{
    // A label of the other bridge stands before the words and grows each time: their end stays.
    private const int Tail = 24;

    // People do say "ok" to each other in turns, for a while.
    private const int Short = 16;
    private const int Most = 1_000;

    /// <summary>How often words may change sides.</summary>
    public static int BoundOf(int length) => length < Short ? 20 : 8;

    /// <summary>Words that rest for so long begin anew.</summary>
    public static TimeSpan WindowOf(int length) => TimeSpan.FromMinutes(length < Short ? 1 : 10);

    /// <summary>The sentence why it is stopped; null when it is not. Counts.</summary>
    /// <param name="draft">Whose memory counts.</param>
    /// <param name="link">The link it would pass.</param>
    /// <param name="facts">What came.</param>
    /// <param name="conversation">Tells the portals of one link apart.</param>
    public static string? Stops(Draft draft, CompiledLink link, ArrivalFacts facts, string conversation)
    {
        if (facts.Inbound.Event is not (MessagePosted or MessageEdited) || Bare(facts.Text) is not { Length: > 0 } words)
        {
            return null;
        }

        var side = facts.Inbound.Address.Full;
        var at = new MemoryKey(link.Id, MemoryKinds.Bounces, $"{Fingerprint.Of(words[Math.Max(0, words.Length - Tail)..])}/{conversation}");
        var (bound, window) = (BoundOf(words.Length), WindowOf(words.Length));
        var before = draft.Find<Bounces>(at);
        if (before is null || before.Forget <= draft.Now)
        {
            if (before is not null || draft.Count(link.Id, MemoryKinds.Bounces) < Most)
            {
                draft.Remember(at, new Bounces(0, side, draft.Now + window));
            }

            return null;
        }

        var count = before.Count + (before.Side == side ? 0 : 1);
        draft.Remember(at, new Bounces(Math.Min(count, bound), side, draft.Now + window));
        return count >= bound
            ? $"the same words went back and forth {bound} times: a loop with another bridge; they stay here until {Words.Of(window)} have passed without them"
            : null;
    }

    private static string Bare(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
