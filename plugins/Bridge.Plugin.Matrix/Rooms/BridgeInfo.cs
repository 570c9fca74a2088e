using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Rooms;

/// <summary>Tells clients what a room stands for (MSC2346). The far address itself stays with Bridge.</summary>
internal static class BridgeInfo
{
    // The stable name is not in the specification yet; clients read the other.
    private static readonly string[] s_types = ["m.bridge", "uk.half-shot.bridge"];

    /// <summary>The state of a room that is made for a request.</summary>
    public static IEnumerable<JsonNode> StateOf(Session session, ConversationRequest request, Address far) =>
        s_types.Select(type => new JsonObject { ["type"] = type, ["state_key"] = KeyOf(session, request), ["content"] = Content(session, request, far) });

    /// <summary>
    /// Says it in a room that somebody else made, and names it where it has no name: as far as that person lets <paramref name="actor"/> do so. May be repeated.
    /// </summary>
    public static async Task TryPutAsync(Session session, string room, ConversationRequest request, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var type in request.For is null ? [] : s_types)
            {
                var path = Paths.State(room, type, KeyOf(session, request));
                await session.Client.PutAsync(path, actor, Content(session, request, request.For!.Value), cancellationToken);
            }

            if (request.Name is { Value.Length: > 0 } name && !await HasNameAsync(session, room, actor, cancellationToken))
            {
                await session.Client.PutAsync(Paths.State(room, "m.room.name"), actor, new JsonObject { ["name"] = name.Value }, cancellationToken);
            }
        }
        catch (MatrixException failure) when (failure.IsForbidden)
        {
            // Who made the room keeps it as it is.
        }
    }

    private static async Task<bool> HasNameAsync(Session session, string room, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return (await session.Client.GetAsync(Paths.State(room, "m.room.name"), actor, cancellationToken)).TextOf("name") is { Length: > 0 };
        }
        catch (MatrixException failure) when (failure.Status == 404)
        {
            return false;
        }
    }

    private static string KeyOf(Session session, ConversationRequest request) => $"bridge://{session.Context.Id.Value}/{request.Key}";

    private static JsonObject Content(Session session, ConversationRequest request, Address far) => new()
    {
        ["bridgebot"] = session.Bot.UserId,
        ["protocol"] = new JsonObject { ["id"] = far.Endpoint.Value, ["displayname"] = far.Endpoint.Value },
        ["channel"] = new JsonObject { ["id"] = request.Key, ["displayname"] = request.Name?.Value ?? far.Endpoint.Value },
    };
}
