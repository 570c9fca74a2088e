using System.Security.Cryptography;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;

namespace Bridge.Core.Storage;

/// <summary>
/// Whether a stored row is as it was written: every envelope opens, and the clear header says what the sealed content says. The answers name no
/// content. Null: all is well.
/// </summary>
public sealed class RowCheck(Sealer sealer)
{
    /// <summary>Envelopes that opened.</summary>
    public long Opened { get; private set; }

    /// <summary>Envelopes whose key is not in the key database, by key.</summary>
    public Dictionary<Guid, long> WithoutKey { get; } = [];

    public string? Event(EnvelopeRow row)
    {
        var (arrival, size) = ((Arrival?)null, 0);
        var problem = (row.BodyExpired ? null : Open(RecordKind.Event, RecordId.Of(row.Id), row.Body, "body", out arrival, out size))
            ?? Open<Decision>(RecordKind.Decision, RecordId.Of(row.Id), row.Decision, "decision", out _, out _);
        if (problem is not null || arrival is null)
        {
            return problem;
        }

        var address = arrival.Inbound.Address;
        return Differs(arrival.Id != row.Id, "id")
            ?? Differs(BatchSealer.KindOf(arrival.Inbound.Event) != row.Kind, "kind")
            ?? Differs(address.Endpoint != row.Endpoint, "endpoint")
            ?? Differs(AddressIndex.Of(sealer, address) != row.Conversation, "conversation")
            ?? Differs(arrival.ReceivedAt.UtcTicks != row.ReceivedAt.UtcTicks, "time")
            ?? Differs(size != row.Size, "size");
    }

    public string? Delivery(DeliveryRow row)
    {
        var problem = Open<DeliveryContent>(RecordKind.Content, RecordId.Of(row.Id), row.Content, "content", out var content, out _)
            ?? (row.Progress is null ? null : Open<DeliveryProgress>(RecordKind.Progress, RecordId.Of(row.Id), row.Progress, "progress", out _, out _));
        return problem is not null || content is null ? problem
            : Differs(content.To.Endpoint != row.Lane.Endpoint, "endpoint")
                ?? Differs(AddressIndex.Of(sealer, content.To) != row.Lane.Address, "address")
                ?? Differs((content.Severity == Abstractions.Severity.Critical) != row.Lane.Critical, "severity")
                ?? Differs(!Enum.IsDefined(row.State), "state");
    }

    /// <summary>The key of a value stands inside its seal: one that was moved to another place is found out.</summary>
    public string? State(string scope, StateRow row) => scope switch
    {
        BatchSealer.MemoryScope => Keyed<MemoryChange>(RecordKind.Memory, row, entry => BatchSealer.MemoryIndex(sealer, entry.Key)),
        SealedDeliveries.ReportScope => Keyed<Abstractions.DeliveryReported>(RecordKind.State, row, report => SealedDeliveries.ReportPlace(sealer, report)),
        _ when scope.StartsWith(SealedState.Prefix, StringComparison.Ordinal) || scope == SealedDeliveries.SpendingScope =>
            Keyed<Abstractions.StateChange>(RecordKind.State, row, entry => sealer.Index(scope, entry.Key)),
        _ => Bytes(RecordKind.State, RecordId.Of(row.Key), row.Sealed, "value", out _),
    };

    private string? Keyed<T>(RecordKind kind, StateRow row, Func<T, BlindIndex> place)
        where T : class =>
        Open<T>(kind, RecordId.Of(row.Key), row.Sealed, "value", out var entry, out _) ?? Differs(entry is not null && place(entry) != row.Key, "key");

    private string? Open<T>(RecordKind kind, UInt128 id, byte[] envelope, string part, out T? content, out int size)
        where T : class
    {
        (content, size) = (null, 0);
        if (Bytes(kind, id, envelope, part, out var plain) is { } problem)
        {
            return problem;
        }

        if (plain is null)
        {
            return null;
        }

        try
        {
            size = plain.Length;
            content = SealedJson.Read<T>(plain);
            return null;
        }
        catch (SealException)
        {
            return $"its {part} was written by a newer Bridge";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private string? Bytes(RecordKind kind, UInt128 id, byte[] envelope, string part, out byte[]? plain)
    {
        plain = null;
        try
        {
            plain = sealer.Open(kind, id, envelope);
            Opened++;
            return null;
        }
        catch (SealException failure) when (failure.KeyMissing)
        {
            var key = Sealer.KeyIdOf(envelope);
            WithoutKey[key] = WithoutKey.GetValueOrDefault(key) + 1;
            return null;
        }
        catch (SealException failure)
        {
            return envelope.Length == 0 ? $"its {part} is lost" : $"its {part} does not open: {failure.Message}";
        }
    }

    private static string? Differs(bool differs, string field) => differs ? $"its {field} was changed: it is not what was sealed" : null;
}
