using Bridge.Abstractions;

namespace Bridge.Core.Sync;

/// <summary>
/// The address of a conversation that may not be made yet: <c>endpoint:~key</c>. What is owed to a portal is owed to it, so lane and order are the same before
/// and after the conversation is made.
/// </summary>
public static class Placeholder
{
    private const char Mark = '~';

    public static Address Of(EndpointId endpoint, string key) => new(endpoint, Mark + key);

    public static bool Is(Address address) => address.Rest is [Mark, ..];

    /// <summary>The portal's key.</summary>
    public static string KeyOf(Address placeholder) => placeholder.Rest[1..];
}
