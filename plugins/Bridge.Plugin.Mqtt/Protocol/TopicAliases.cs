namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>The aliases that the peer gives topics on one connection (section 3.3.2.3.4), up to the maximum that we granted.</summary>
internal sealed class ReceivedAliases(ushort maximum)
{
    private readonly string?[] _topics = new string?[maximum + 1];

    /// <summary>The publish under its topic, without an alias.</summary>
    public PublishPacket Resolve(PublishPacket publish)
    {
        if (publish.Properties.Number(PropertyId.TopicAlias) is not { } alias)
        {
            return publish;
        }

        if (alias == 0 || alias > maximum)
        {
            throw new MqttProtocolException(ReasonCode.TopicAliasInvalid, "a topic alias is larger than the maximum agreed");
        }

        if (publish.Topic.Length > 0)
        {
            _topics[alias] = publish.Topic;
        }

        return publish with
        {
            Topic = _topics[alias] ?? throw MqttProtocolException.ProtocolError("a topic alias stands for no topic yet"),
            Properties = publish.Properties.Without(PropertyId.TopicAlias),
        };
    }
}

/// <summary>
/// The aliases that we give topics on one connection: to those that come first, up to the peer's maximum. Called in the order of sending.
/// </summary>
internal sealed class SentAliases(ushort maximum)
{
    /// <summary>A shorter topic saves less than its alias costs.</summary>
    private const int Shortest = 6;

    private readonly Dictionary<string, ushort> _aliases = new(StringComparer.Ordinal);

    /// <summary>The packet as it goes out: its topic replaced or announced, or as it was.</summary>
    public PublishPacket Apply(PublishPacket publish)
    {
        if (maximum == 0 || publish.Topic.Length < Shortest)
        {
            return publish;
        }

        var known = _aliases.TryGetValue(publish.Topic, out var alias);
        if (!known)
        {
            if (_aliases.Count >= maximum)
            {
                return publish;
            }

            _aliases[publish.Topic] = alias = (ushort)(_aliases.Count + 1);
        }

        return publish with { Topic = known ? "" : publish.Topic, Properties = publish.Properties.With(MqttProperty.Of(PropertyId.TopicAlias, alias)) };
    }
}
