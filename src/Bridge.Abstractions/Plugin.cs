namespace Bridge.Abstractions;

/// <summary>The version of this contract. A plugin carries the number it was compiled against; the host refuses another one with a reason.</summary>
public static class Contract
{
    /// <summary>Raised on every incompatible change.</summary>
    public const int Version = 1;
}

/// <summary>Names the plugin class of an assembly. The contract version is compiled into the plugin through the default value.</summary>
/// <param name="plugin">A public class with a parameterless constructor that implements <see cref="IPlugin"/>.</param>
/// <param name="contractVersion">Leave it out.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class BridgePluginAttribute(Type plugin, int contractVersion = Contract.Version) : Attribute
{
    /// <summary>The plugin class.</summary>
    public Type Plugin { get; } = plugin;

    /// <summary>The contract the assembly was compiled against.</summary>
    public int ContractVersion { get; } = contractVersion;
}

/// <summary>Speaks one network. Derive from <see cref="Plugin{TOptions}"/>.</summary>
public interface IPlugin
{
    /// <summary>What can be known of the plugin without connecting; used by <c>validate</c> and <c>explain</c>.</summary>
    PluginDescription Description { get; }

    /// <summary>The options record; the endpoint's YAML is bound to it, unknown keys refused.</summary>
    Type OptionsType { get; }

    /// <summary>Finds what types cannot: each problem names the option (dotted path) and the cure. Empty when all is well. Must not do I/O.</summary>
    IEnumerable<OptionProblem> Check(object options);

    /// <summary>Makes a stopped endpoint. Must not do I/O.</summary>
    IEndpoint Create(EndpointContext context, object options);
}

/// <summary>A plugin with its options record, whose properties carry <see cref="System.ComponentModel.DescriptionAttribute"/>: the record is the reference.</summary>
public abstract class Plugin<TOptions> : IPlugin
    where TOptions : notnull
{
    /// <inheritdoc/>
    public abstract PluginDescription Description { get; }

    Type IPlugin.OptionsType => typeof(TOptions);

    IEnumerable<OptionProblem> IPlugin.Check(object options) => Check((TOptions)options);

    IEndpoint IPlugin.Create(EndpointContext context, object options) => Create(context, (TOptions)options);

    /// <inheritdoc cref="IPlugin.Check"/>
    protected virtual IEnumerable<OptionProblem> Check(TOptions options) => [];

    /// <inheritdoc cref="IPlugin.Create"/>
    protected abstract IEndpoint Create(EndpointContext context, TOptions options);
}

/// <summary>One wrong option, or one that is probably not meant so.</summary>
/// <param name="Option">Dotted path in the endpoint's YAML, such as <c>session.expiry</c>.</param>
/// <param name="Problem">What is wrong, without secrets.</param>
/// <param name="Cure">What to write instead.</param>
public sealed record OptionProblem(string Option, string Problem, string Cure)
{
    /// <summary>True when the endpoint works with it all the same.</summary>
    public bool IsWarning { get; init; }
}

/// <summary>What a plugin is, known without connecting.</summary>
public sealed record PluginDescription
{
    /// <summary>The name after <c>plugin:</c> in the configuration; equals the plugin's folder.</summary>
    public required string Name { get; init; }

    /// <summary>How its addresses are built.</summary>
    public AddressStyle Addresses { get; init; } = AddressStyle.Plain;

    /// <summary>What its addresses can carry at best; <c>validate</c> refuses data to an address that carries only messages.</summary>
    public required EventFeature Carries { get; init; }

    /// <summary>True where anybody can write any sender: <c>validate</c> warns of whoever lets it give commands.</summary>
    public bool SendersCanBeForged { get; init; }

    /// <summary>What a rule may ask of one destination beside the address (MQTT: <c>retain</c>, <c>qos</c>).</summary>
    public EquatableArray<DestinationOption> DestinationOptions { get; init; }

    /// <summary>Returns what is wrong with the rest of an address that a rule sends to, or null; must not do I/O.</summary>
    public Func<string, string?> CheckDestination { get; init; } = _ => null;

    /// <summary>Returns what is wrong with the rest of a pattern that a rule listens to, or null; must not do I/O.</summary>
    public Func<string, string?> CheckPattern { get; init; } = _ => null;
}

/// <summary>One thing a rule may ask of a destination.</summary>
/// <param name="Name">The key in the destination's map.</param>
/// <param name="Allowed">The values it may have.</param>
/// <param name="Description">One line for the reference.</param>
public sealed record DestinationOption(string Name, EquatableArray<string> Allowed, string Description);
