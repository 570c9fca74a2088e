namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>A filter as a client writes it: its topics, and the group it shares them with (section 4.8.2).</summary>
/// <param name="Group">Null for a subscription of one's own.</param>
/// <param name="Topics">A topic filter.</param>
internal readonly record struct SharedFilter(string? Group, string Topics)
{
    private const string Prefix = "$share/";

    public static SharedFilter Of(string filter)
    {
        if (!filter.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return new(null, filter);
        }

        var rest = filter[Prefix.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new(rest, "") : new(rest[..slash], rest[(slash + 1)..]);
    }

    /// <summary>A group has a plain name and topics.</summary>
    public bool IsValid => Group is null || (Group.Length > 0 && Topics.Length > 0 && !Group.AsSpan().ContainsAny('+', '#'));
}
