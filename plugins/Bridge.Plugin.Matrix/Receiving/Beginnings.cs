using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>
/// What was said in a room from its first event on: of a room in which none of ours is the homeserver tells nothing. What it told all the same Core knows
/// by its id.
/// </summary>
internal sealed class Beginnings(Session session, Reading reading)
{
    private const int PageSize = 100;
    private const int MostPages = 10;

    /// <summary>Completes when all of it is durable. May be repeated.</summary>
    public async Task HearAsync(string room, CancellationToken cancellationToken)
    {
        var most = Math.Max(1, session.Context.Window);
        foreach (var some in (await ReadAsync(room, cancellationToken)).Chunk(most))
        {
            List<(RoomEvent Happened, Inbound Inbound)> lot = [];
            foreach (var happened in some)
            {
                if (await reading.NamedAsync(happened, cancellationToken) is { } inbound)
                {
                    lot.Add((happened, inbound));
                }
            }

            if (lot.Count > 0)
            {
                await session.AcceptAsync(new InboundBatch(await reading.WithBytesAsync(lot, cancellationToken), []));
            }
        }
    }

    /// <summary>Oldest first, without state: what the room is, Bridge asks.</summary>
    private async Task<List<RoomEvent>> ReadAsync(string room, CancellationToken cancellationToken)
    {
        List<RoomEvent> found = [];
        string? from = null;
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await session.Client.GetAsync(Paths.Messages(room, from, PageSize), session.Bot, cancellationToken);
            var chunk = answer.ItemsOf("chunk").ToList();
            found.AddRange(chunk.Select(value => RoomEvent.Of(value, room)).OfType<RoomEvent>().Where(happened => happened.StateKey is null));
            from = answer.TextOf("end");
            if (from is null || chunk.Count == 0 || chunk.Exists(IsFirst))
            {
                found.Reverse();
                return found;
            }
        }

        session.Context.Drops.Dropped("more was said in an upgraded room before Bridge came than it reads back");
        found.Reverse();
        return found;
    }

    private static bool IsFirst(JsonElement value) => value.TextOf("type") == "m.room.create" && value.TextOf("state_key") is { Length: 0 };
}
