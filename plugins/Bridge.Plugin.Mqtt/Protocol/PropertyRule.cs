namespace Bridge.Plugin.Mqtt.Protocol;

/// <summary>How a property's value is written (section 1.5).</summary>
internal enum PropertyKind : byte
{
    Byte,
    TwoBytes,
    FourBytes,
    VariableInteger,
    Text,
    TextPair,
    Binary,
}

/// <summary>Where a property may stand: a set of packet types, and the will as a place of its own.</summary>
[Flags]
internal enum PropertyPlaces
{
    None = 0,
    Connect = 1 << PacketType.Connect,
    ConnAck = 1 << PacketType.ConnAck,
    Publish = 1 << PacketType.Publish,
    PubAck = 1 << PacketType.PubAck,
    PubRec = 1 << PacketType.PubRec,
    PubRel = 1 << PacketType.PubRel,
    PubComp = 1 << PacketType.PubComp,
    Subscribe = 1 << PacketType.Subscribe,
    SubAck = 1 << PacketType.SubAck,
    Unsubscribe = 1 << PacketType.Unsubscribe,
    UnsubAck = 1 << PacketType.UnsubAck,
    Disconnect = 1 << PacketType.Disconnect,
    Auth = 1 << PacketType.Auth,
    Will = 1 << 16,
    Acks = PubAck | PubRec | PubRel | PubComp | SubAck | UnsubAck,
    All = Connect | ConnAck | Publish | Acks | Subscribe | Unsubscribe | Disconnect | Auth | Will,
}

/// <summary>What section 2.2.2.2 says of one property.</summary>
/// <param name="Kind">How its value is written.</param>
/// <param name="Places">Where it may stand.</param>
/// <param name="Least">The smallest number allowed.</param>
/// <param name="Most">The largest number allowed.</param>
internal sealed record PropertyRule(PropertyKind Kind, PropertyPlaces Places, uint Least = 0, uint Most = uint.MaxValue)
{
    private static readonly PropertyRule?[] s_rules = Table();

    /// <summary>Null for an id the standard does not know.</summary>
    public static PropertyRule? Of(byte id) => id < s_rules.Length ? s_rules[id] : null;

    /// <summary>Only the user property repeats, and the subscription identifier in a PUBLISH that several subscriptions match.</summary>
    public static bool MayRepeat(PropertyId id, PropertyPlaces place) =>
        id == PropertyId.UserProperty || (id == PropertyId.SubscriptionIdentifier && place == PropertyPlaces.Publish);

    private static PropertyRule?[] Table()
    {
        const PropertyPlaces Message = PropertyPlaces.Publish | PropertyPlaces.Will;
        const PropertyPlaces Hello = PropertyPlaces.Connect | PropertyPlaces.ConnAck;
        var rules = new PropertyRule?[(int)PropertyId.SharedSubscriptionAvailable + 1];
        void Add(PropertyId id, PropertyRule rule) => rules[(int)id] = rule;

        Add(PropertyId.PayloadFormatIndicator, new(PropertyKind.Byte, Message, Most: 1));
        Add(PropertyId.MessageExpiryInterval, new(PropertyKind.FourBytes, Message));
        Add(PropertyId.ContentType, new(PropertyKind.Text, Message));
        Add(PropertyId.ResponseTopic, new(PropertyKind.Text, Message));
        Add(PropertyId.CorrelationData, new(PropertyKind.Binary, Message));
        Add(PropertyId.SubscriptionIdentifier, new(PropertyKind.VariableInteger, PropertyPlaces.Publish | PropertyPlaces.Subscribe, Least: 1));
        Add(PropertyId.SessionExpiryInterval, new(PropertyKind.FourBytes, Hello | PropertyPlaces.Disconnect));
        Add(PropertyId.AssignedClientIdentifier, new(PropertyKind.Text, PropertyPlaces.ConnAck));
        Add(PropertyId.ServerKeepAlive, new(PropertyKind.TwoBytes, PropertyPlaces.ConnAck));
        Add(PropertyId.AuthenticationMethod, new(PropertyKind.Text, Hello | PropertyPlaces.Auth));
        Add(PropertyId.AuthenticationData, new(PropertyKind.Binary, Hello | PropertyPlaces.Auth));
        Add(PropertyId.RequestProblemInformation, new(PropertyKind.Byte, PropertyPlaces.Connect, Most: 1));
        Add(PropertyId.WillDelayInterval, new(PropertyKind.FourBytes, PropertyPlaces.Will));
        Add(PropertyId.RequestResponseInformation, new(PropertyKind.Byte, PropertyPlaces.Connect, Most: 1));
        Add(PropertyId.ResponseInformation, new(PropertyKind.Text, PropertyPlaces.ConnAck));
        Add(PropertyId.ServerReference, new(PropertyKind.Text, PropertyPlaces.ConnAck | PropertyPlaces.Disconnect));
        Add(PropertyId.ReasonString, new(PropertyKind.Text, PropertyPlaces.ConnAck | PropertyPlaces.Acks | PropertyPlaces.Disconnect | PropertyPlaces.Auth));
        Add(PropertyId.ReceiveMaximum, new(PropertyKind.TwoBytes, Hello, Least: 1));
        Add(PropertyId.TopicAliasMaximum, new(PropertyKind.TwoBytes, Hello));
        Add(PropertyId.TopicAlias, new(PropertyKind.TwoBytes, PropertyPlaces.Publish, Least: 1));
        Add(PropertyId.MaximumQoS, new(PropertyKind.Byte, PropertyPlaces.ConnAck, Most: 1));
        Add(PropertyId.RetainAvailable, new(PropertyKind.Byte, PropertyPlaces.ConnAck, Most: 1));
        Add(PropertyId.UserProperty, new(PropertyKind.TextPair, PropertyPlaces.All));
        Add(PropertyId.MaximumPacketSize, new(PropertyKind.FourBytes, Hello, Least: 1));
        Add(PropertyId.WildcardSubscriptionAvailable, new(PropertyKind.Byte, PropertyPlaces.ConnAck, Most: 1));
        Add(PropertyId.SubscriptionIdentifierAvailable, new(PropertyKind.Byte, PropertyPlaces.ConnAck, Most: 1));
        Add(PropertyId.SharedSubscriptionAvailable, new(PropertyKind.Byte, PropertyPlaces.ConnAck, Most: 1));
        return rules;
    }
}
