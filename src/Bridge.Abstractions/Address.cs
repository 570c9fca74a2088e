using System.Diagnostics.CodeAnalysis;

namespace Bridge.Abstractions;

/// <summary>
/// One conversation on one endpoint (a room, a number, a topic, a chat): <c>endpoint:rest</c>, split at the first colon.
/// Personal data, so it prints as <c>home:#a1b2c3</c>; <see cref="Full"/> is for the wire and the private CLI socket only.
/// </summary>
/// <param name="Endpoint">The endpoint's name.</param>
/// <param name="Rest">What the endpoint's plugin understands: opaque to Core but for the levels of <see cref="AddressStyle.Levels"/>.</param>
public readonly record struct Address(EndpointId Endpoint, string Rest)
{
    /// <summary>The whole address, readable. Never log it.</summary>
    public string Full => $"{Endpoint.Value}:{Rest}";

    /// <summary>The endpoint and a short keyed hash of the rest, safe in logs.</summary>
    public override string ToString() => $"{Endpoint.Value}:{Mask.Of(Rest)}";

    /// <summary>Splits at the first colon; false when there is none, or nothing on either side of it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Address address)
    {
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon <= 0 || colon == text!.Length - 1)
        {
            address = default;
            return false;
        }

        address = new Address(new EndpointId(text[..colon]), text[(colon + 1)..]);
        return true;
    }
}

/// <summary>How the addresses of a plugin are built, so that Core can match patterns over them without knowing the network.</summary>
public enum AddressStyle
{
    /// <summary>One opaque word. Patterns: the exact address, or <c>endpoint:*</c> for all.</summary>
    Plain,

    /// <summary>Levels separated by <c>/</c>. Patterns: <c>+</c> is any one level, a final <c>#</c> any number of them (MQTT 5 section 4.7).</summary>
    Levels,
}
