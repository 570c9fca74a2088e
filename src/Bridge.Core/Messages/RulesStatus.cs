using Bridge.Abstractions;
using Bridge.Core.Routing;

namespace Bridge.Core.Messages;

/// <summary>What the rules remember that an operator wants to see.</summary>
/// <param name="Generation">Of the routes in force.</param>
/// <param name="Open">Keyed states that are on.</param>
/// <param name="Baselines">Topics whose first state matched and was retained: nobody was told of them.</param>
/// <param name="Entries">Everything remembered.</param>
public sealed record RulesStatus(int Generation, IReadOnlyList<OpenState> Open, IReadOnlyList<MatchingBaseline> Baselines, int Entries)
{
    internal static RulesStatus Of(RouteTable table, RulesMemory memory)
    {
        var open = new List<OpenState>();
        var baselines = new List<MatchingBaseline>();
        foreach (var (key, value) in memory.Entries)
        {
            if (value is Open state)
            {
                open.Add(new OpenState(key.Route, new MessageText(key.Key), state.Since));
            }
            else if (value is Known { Baseline: true, Result: MatchResult.Matched } && Address.TryParse(key.Key, out var address))
            {
                baselines.Add(new MatchingBaseline(key.Route, address));
            }
        }

        return new RulesStatus(table.Generation, [.. open.OrderBy(item => item.Since)], baselines, memory.Entries.Count);
    }
}

/// <summary>A keyed state that is on.</summary>
public sealed record OpenState(string Route, MessageText Key, DateTimeOffset Since);

/// <summary>A matching state that was only noted.</summary>
public sealed record MatchingBaseline(string Route, Address Address);
