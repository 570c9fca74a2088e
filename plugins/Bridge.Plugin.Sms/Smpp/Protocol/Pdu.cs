using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Smpp.Protocol;

/// <summary>One unit of the protocol (SMPP 3.4 section 3.2). Immutable.</summary>
/// <param name="Command">What it is.</param>
/// <param name="Status">Of an answer; 0 in a request.</param>
/// <param name="Sequence">Given by who asks, and repeated in the answer.</param>
/// <param name="Body">What stands behind the header.</param>
internal sealed record Pdu(CommandId Command, CommandStatus Status, uint Sequence, PduBody Body)
{
    /// <summary>Command length, command id, status, sequence number.</summary>
    public const int HeaderLength = 16;

    /// <summary>No message is longer: message_payload holds at most 65,535 octets.</summary>
    public const int MostLength = 66 * 1024;

    public static Pdu Request(CommandId command, uint sequence, PduBody? body = null) =>
        new(command, CommandStatus.Ok, sequence, body ?? new PduBody.Empty());

    public Pdu Answer(CommandStatus status, PduBody? body = null) => new(Command.AnswerOf(), status, Sequence, body ?? new PduBody.Empty());
}

/// <summary>What stands behind the header: a closed hierarchy.</summary>
internal abstract record PduBody
{
    private PduBody()
    {
    }

    /// <summary>Nothing; also of an answer whose status says enough.</summary>
    public sealed record Empty : PduBody;

    /// <summary>bind_transmitter, bind_receiver, bind_transceiver.</summary>
    public sealed record Bind(string SystemId, string Password, string SystemType, byte Version) : PduBody
    {
        /// <summary>Nothing of the password.</summary>
        public override string ToString() => "(bind)";
    }

    /// <summary>The answer to a bind.</summary>
    public sealed record BindAnswer(string SystemId, EquatableArray<Tlv> Tlvs) : PduBody;

    /// <summary>submit_sm, deliver_sm, and data_sm, which has fewer of the fields.</summary>
    public sealed record Message : PduBody
    {
        public string ServiceType { get; init; } = "";

        public SmppAddress Source { get; init; } = new(0, 0, "");

        public SmppAddress Destination { get; init; } = new(0, 0, "");

        public byte EsmClass { get; init; }

        public byte ProtocolId { get; init; }

        public byte Priority { get; init; }

        public string ScheduledDelivery { get; init; } = "";

        public string ValidityPeriod { get; init; } = "";

        public byte RegisteredDelivery { get; init; }

        public byte ReplaceIfPresent { get; init; }

        public byte DataCoding { get; init; }

        public byte DefaultMessage { get; init; }

        /// <summary>short_message; at most 254 octets.</summary>
        public Payload Content { get; init; }

        public EquatableArray<Tlv> Tlvs { get; init; }

        public Tlv? Find(TlvTag tag) => Tlvs.FirstOrDefault(tlv => tlv.Tag == tag);

        /// <summary>Nothing of text and numbers.</summary>
        public override string ToString() => "(message)";
    }

    /// <summary>The answer to a message.</summary>
    public sealed record MessageAnswer(string MessageId, EquatableArray<Tlv> Tlvs = default) : PduBody;

    /// <summary>Of a command that Bridge does not know.</summary>
    public sealed record Unknown : PduBody;

    /// <summary>It does not hold what its command needs.</summary>
    /// <param name="Why">As the answer says it.</param>
    public sealed record Broken(CommandStatus Why) : PduBody;
}

/// <summary>A number or name with its type and plan (SMPP 3.4 sections 5.2.5 and 5.2.6).</summary>
internal sealed record SmppAddress(byte Ton, byte Npi, string Value)
{
    /// <summary>Nothing of the number.</summary>
    public override string ToString() => Mask.Of(Value);
}
