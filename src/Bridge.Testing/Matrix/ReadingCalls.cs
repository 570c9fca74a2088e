namespace Bridge.Testing.Matrix;

/// <summary>Reads back what was said.</summary>
internal sealed class ReadingCalls(World world)
{
    private const int MostOfAPage = 1000;

    public IEnumerable<Route> Routes =>
    [
        new("GET", "_matrix/client/v3/rooms/{}/messages", Operation.Messages, Messages),
        new("GET", "_matrix/client/v1/rooms/{}/relations/{}/**", Operation.Relations, Relations),
    ];

    // Tokens are places between events: t<position of the event before>.
    private Answer Messages(MatrixCall call)
    {
        var (room, last) = Readable(call);
        var backwards = !call.Says("dir", "f");
        var from = Math.Min(last, Place(call.Query.GetValueOrDefault("from"), backwards ? long.MaxValue : 0));
        var to = Place(call.Query.GetValueOrDefault("to"), backwards ? -1 : long.MaxValue);
        var limit = Math.Clamp(call.Number("limit", 10), 1, MostOfAPage);
        var page = Page(room, from, to, limit, backwards);
        var start = call.Query.GetValueOrDefault("from") ?? Token(backwards ? world.Position : 0);
        var chunk = page.Select(found => found.ToJson(world.Now, call.Token)).ToArray();
        return page.Count < limit
            ? Answer.Ok(new { start, chunk })
            : Answer.Ok(new { start, end = Token(backwards ? page[^1].Position - 1 : page[^1].Position), chunk });
    }

    // Who was removed may read up to then.
    private (Room Room, long Last) Readable(MatrixCall call) =>
        world.Rooms.TryGetValue(call[0], out var room) && room.MembershipOf(call.Requester) is "leave" or "ban"
        && room.State[("m.room.member", call.Requester)] is var left && left.Before?.GetProperty("membership").GetString() == "join"
            ? (room, left.Position) : (world.RoomFor(call.Requester, call[0]), long.MaxValue);

    private static List<RoomEvent> Page(Room room, long from, long to, int limit, bool backwards)
    {
        var page = new List<RoomEvent>();
        var at = After(room.All, from) + (backwards ? -1 : 0);
        for (; at >= 0 && at < room.All.Count && page.Count < limit; at += backwards ? -1 : 1)
        {
            if (backwards ? room.All[at].Position <= to : room.All[at].Position > to)
            {
                break;
            }

            page.Add(room.All[at]);
        }

        return page;
    }

    private Answer Relations(MatrixCall call)
    {
        var room = world.RoomFor(call.Requester, call[0]);
        var (kind, type) = (call.Names.Count > 2 ? call[2] : null, call.Names.Count > 3 ? call[3] : null);
        var related = room.All.Where(found => found.Relation is { Kind: not null } relation && relation.Target == call[1]
            && (kind is null || relation.Kind == kind) && (type is null || found.Type == type) && found.RedactedBy is null);
        var forwards = call.Says("dir", "f");
        var from = Place(call.Query.GetValueOrDefault("from"), forwards ? 0 : long.MaxValue);
        var limit = Math.Clamp(call.Number("limit", 5), 1, MostOfAPage);
        var left = forwards ? related.Where(found => found.Position > from) : related.Reverse().Where(found => found.Position <= from);
        var page = left.Take(limit).ToList();
        var chunk = page.Select(found => found.ToJson(world.Now, call.Token)).ToArray();
        return page.Count < limit
            ? Answer.Ok(new { chunk })
            : Answer.Ok(new { chunk, next_batch = Token(forwards ? page[^1].Position : page[^1].Position - 1) });
    }

    internal static string Token(long place) => $"t{place}";

    internal static long Place(string? token, long otherwise) =>
        token is { Length: > 1 } && long.TryParse(token.AsSpan(1), out var place) ? place : otherwise;

    /// <summary>The index of the first event behind a place.</summary>
    internal static int After(List<RoomEvent> events, long place)
    {
        var (low, high) = (0, events.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = events[middle].Position <= place ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
