using System.Net;
using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>What is pushed to an application service in one request. The same body at every retry.</summary>
internal sealed record Transaction(string Id, byte[] Body)
{
    /// <summary>Events carry what Synapse adds: <c>age</c> and <c>user_id</c> at the top level. Ephemeral has its unstable name alone.</summary>
    public static Transaction Of(string id, IEnumerable<RoomEvent> events, IReadOnlyList<object> ephemeral, long now)
    {
        var body = new Dictionary<string, object> { ["events"] = events.Select(happened => Event(happened, now)).ToArray() };
        if (ephemeral.Count > 0)
        {
            body["de.sorunome.msc2409.ephemeral"] = ephemeral;
        }

        return new Transaction(id, JsonSerializer.SerializeToUtf8Bytes(body));
    }

    private static Dictionary<string, object?> Event(RoomEvent happened, long now)
    {
        var json = happened.ToJson(now);
        json["age"] = now - happened.Timestamp;
        json["user_id"] = happened.Sender;
        return json;
    }
}

/// <summary>A body that promises more than it sends: the connection breaks in the middle.</summary>
internal sealed class CutContent(byte[] body) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(body.AsMemory(0, body.Length / 2));
        await stream.FlushAsync();
        throw new IOException("cut");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
