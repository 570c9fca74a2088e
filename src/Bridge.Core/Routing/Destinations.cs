using Bridge.Abstractions;
using Bridge.Core.Configuration;

namespace Bridge.Core.Routing;

/// <summary>One <c>to:</c> entry: a literal address, read once, or a template.</summary>
internal sealed class Destination(DestinationConfig config)
{
    public DestinationConfig Config { get; } = config;

    public Address? Literal { get; } =
        config.Address.IsLiteral && Address.TryParse(config.Address.Source, out var address) ? People.CanonicalNumber(address) : null;
}

/// <summary>Builds the addresses of a notice. A value out of an event may fill a place in an address; it may not choose another one.</summary>
internal static class Destinations
{
    /// <summary>Null when no destination could be built.</summary>
    /// <param name="problems">Which could not be built, and why; empty when all could.</param>
    public static Notice? Address(Turn turn, Rendering rendering, out IReadOnlyList<string> problems)
    {
        var targets = new List<Target>(turn.Route.Destinations.Count);
        List<string>? wrong = null;
        foreach (var destination in turn.Route.Destinations)
        {
            if (Build(turn, destination, out var problem) is { } to)
            {
                targets.Add(new Target(to, destination.Config.Options, destination.Config.Expiry));
            }
            else
            {
                (wrong ??= []).Add($"{destination.Config.Address.Source} could not be built: {problem}");
            }
        }

        problems = wrong ?? [];
        return targets.Count switch
        {
            0 => null,
            1 => rendering.To(turn, [targets[0]]),
            _ => rendering.To(turn, EquatableArray.From(targets.DistinctBy(target => target.To))),
        };
    }

    private static Address? Build(Turn turn, Destination destination, out string problem)
    {
        problem = "";
        if (destination.Literal is { } literal)
        {
            return literal;
        }

        if (!destination.Config.Address.TryRenderAddress(turn.Scope(), turn.Trace, out var text, out problem))
        {
            return null;
        }

        if (Abstractions.Address.TryParse(text, out var address))
        {
            return People.CanonicalNumber(address);
        }

        problem = "it is no address";
        return null;
    }
}
