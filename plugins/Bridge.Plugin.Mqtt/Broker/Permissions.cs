using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>The topics one client may publish to and hear of.</summary>
internal sealed class Permissions
{
    private readonly string[] _publish;
    private readonly string[] _subscribe;

    private Permissions(string[] publish, string[] subscribe) => (_publish, _subscribe) = (publish, subscribe);

    public static Permissions None { get; } = new([], []);

    /// <summary>Of those who need no name.</summary>
    public static Permissions Everything { get; } = new(["#"], ["#", "$SYS/#"]);

    public static Permissions Of(EmbeddedUser user, string name, string clientId) =>
        new(Filled(user.Publish, name, clientId), Filled(user.Subscribe, name, clientId));

    /// <summary>Nobody publishes what the broker says of itself.</summary>
    public bool MayPublish(string topic) => Any(_publish, topic) && !topic.StartsWith(Figures.Root, StringComparison.Ordinal);

    /// <summary>Asked with every message: a kept session may have subscriptions that its user may not make any more.</summary>
    public bool MayReceive(string topic) => Any(_subscribe, topic);

    /// <param name="filter">Of a shared subscription: what stands behind its group.</param>
    public bool MaySubscribe(string filter) => _subscribe.Any(allowed => Covers(allowed, filter));

    private static bool Any(string[] filters, string topic)
    {
        foreach (var filter in filters)
        {
            if (Topic.Matches(filter, topic))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A name that could widen its filter fills none.</summary>
    private static string[] Filled(EquatableArray<string> filters, string name, string clientId) =>
    [
        .. filters
            .Where(filter => IsPlain(name) || !filter.Contains("%u", StringComparison.Ordinal))
            .Where(filter => IsPlain(clientId) || !filter.Contains("%c", StringComparison.Ordinal))
            .Select(filter => filter.Replace("%u", name, StringComparison.Ordinal).Replace("%c", clientId, StringComparison.Ordinal)),
    ];

    private static bool IsPlain(string value) => value.Length > 0 && !value.AsSpan().ContainsAny('+', '#', '/');

    /// <summary>Whether everything that the asked filter matches, the allowed one matches too.</summary>
    private static bool Covers(string allowed, string asked)
    {
        var (wide, narrow) = (allowed.Split('/'), asked.Split('/'));
        if (narrow[0].StartsWith('$') && wide[0] is "+" or "#")
        {
            return false;
        }

        for (var i = 0; i < wide.Length; i++)
        {
            if (wide[i] == "#")
            {
                return true;
            }

            if (i == narrow.Length || narrow[i] == "#" || (wide[i] != "+" && wide[i] != narrow[i]))
            {
                return false;
            }
        }

        return wide.Length == narrow.Length;
    }
}
