namespace Bridge.Abstractions;

/// <summary>
/// What somebody might write as the value of an option: for the reference, beside the option's <see cref="System.ComponentModel.DescriptionAttribute"/>.
/// Only texts need one; durations, sizes, numbers and choices explain themselves.
/// </summary>
/// <param name="value">As it stands in YAML.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class ExampleAttribute(string value) : Attribute
{
    /// <summary>As it stands in YAML.</summary>
    public string Value { get; } = value;
}
