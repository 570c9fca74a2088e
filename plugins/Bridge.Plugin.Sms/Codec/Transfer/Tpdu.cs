namespace Bridge.Plugin.Sms.Codec.Transfer;

/// <summary>One short message as modems exchange it (3GPP 23.040 section 9.2.2): a closed hierarchy.</summary>
/// <param name="Centre">The SMS centre; null for the one that the SIM card names.</param>
internal abstract record Tpdu(TpAddress? Centre)
{
    /// <summary>SMS-SUBMIT: on its way to the network.</summary>
    public sealed record Submit(TpAddress? Centre, TpAddress To, UserData Content) : Tpdu(Centre)
    {
        /// <summary>TP-MR; modems give one of their own.</summary>
        public byte Reference { get; init; }

        public byte ProtocolId { get; init; }

        public byte Scheme { get; init; } = CodingScheme.Of(Content.Coding);

        /// <summary>TP-VP, relative; null for the patience of the network.</summary>
        public byte? Validity { get; init; }

        /// <summary>TP-SRR.</summary>
        public bool AsksForReport { get; init; }
    }

    /// <summary>SMS-DELIVER: somebody sent it to us.</summary>
    public sealed record Deliver(TpAddress? Centre, TpAddress From, UserData Content) : Tpdu(Centre)
    {
        public byte ProtocolId { get; init; }

        public byte Scheme { get; init; } = CodingScheme.Of(Content.Coding);

        /// <summary>TP-SCTS; null when it says no time.</summary>
        public DateTimeOffset? At { get; init; }
    }

    /// <summary>SMS-STATUS-REPORT: what became of what we sent.</summary>
    public sealed record StatusReport(TpAddress? Centre, byte Reference, TpAddress To, byte Status) : Tpdu(Centre);
}
