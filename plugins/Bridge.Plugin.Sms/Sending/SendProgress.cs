using System.Text.Json;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Sending;

/// <summary>
/// How far a message of several parts got before it had to wait: what is out is not sent again, and the rest carries the same reference. Sealed state, kept
/// only while a message is half sent.
/// </summary>
/// <param name="At">When it was written down.</param>
/// <param name="Reference">Of its parts.</param>
/// <param name="Total">How many parts there are.</param>
/// <param name="Done">How many of them are out.</param>
/// <param name="Way">By which they went, where there are several.</param>
internal sealed record SendProgress(DateTimeOffset At, int Reference, int Total, int Done, string? Way = null) : IDated
{
    /// <summary>What the keys of these entries begin with.</summary>
    public const string Prefix = "sent/";

    public static async ValueTask<SendProgress?> ReadAsync(IEndpointState state, DeliveryKey key, CancellationToken cancellationToken) =>
        await state.GetAsync(Prefix + key.Value, cancellationToken) is { } bytes ? JsonSerializer.Deserialize(bytes.Span, StateJson.Default.SendProgress) : null;

    public StateChange Put(DeliveryKey key) => new(Prefix + key.Value, JsonSerializer.SerializeToUtf8Bytes(this, StateJson.Default.SendProgress));

    public static StateChange Remove(DeliveryKey key) => new(Prefix + key.Value, null);
}
