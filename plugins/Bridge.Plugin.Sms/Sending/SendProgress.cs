using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Ways;

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
/// <param name="Cut">What tells this cut of the text from any other; null of what an earlier version wrote down.</param>
internal sealed record SendProgress(DateTimeOffset At, int Reference, int Total, int Done, string? Way = null, string? Cut = null) : IDated
{
    /// <summary>What the keys of these entries begin with.</summary>
    public const string Prefix = "sent/";

    public static async ValueTask<SendProgress?> ReadAsync(IEndpointState state, DeliveryKey key, CancellationToken cancellationToken) =>
        await state.GetAsync(Prefix + key.Value, cancellationToken) is { } bytes ? JsonSerializer.Deserialize(bytes.Span, StateJson.Default.SendProgress) : null;

    /// <summary>Of a message of which nothing is out.</summary>
    /// <param name="reference">Of its parts.</param>
    /// <param name="message">As it is cut.</param>
    /// <param name="way">By which it goes.</param>
    public static SendProgress Of(int reference, Segmented message, WayOptions way) =>
        new(default, reference, message.Segments.Count, 0, way.Name, CutOf(message, way.Endpoint.WideReferences));

    /// <summary>Whether the rest of this cut is the rest of what is out: the options by which a text is cut may have changed.</summary>
    public bool Fits(Segmented message, WayOptions way) =>
        Total == message.Segments.Count && (Cut is null || Cut == CutOf(message, way.Endpoint.WideReferences));

    public StateChange Put(DeliveryKey key) => new(Prefix + key.Value, JsonSerializer.SerializeToUtf8Bytes(this, StateJson.Default.SendProgress));

    public static StateChange Remove(DeliveryKey key) => new(Prefix + key.Value, null);

    private static string CutOf(Segmented message, bool isWide)
    {
        var texts = message.Segments.Select(segment => segment.Text.Value).ToList();
        var lengths = string.Join(',', texts.Select(text => text.Length));
        var written = $"{message.Coding} {message.Locking} {message.Single} {isWide} {lengths}\n{string.Concat(texts)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(written)));
    }
}
