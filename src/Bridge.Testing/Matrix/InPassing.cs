namespace Bridge.Testing.Matrix;

/// <summary>Typing and receipts: known now, kept by nobody for an application service that is away.</summary>
internal sealed class InPassing(World world)
{
    /// <summary>What is told is the full list of who types now.</summary>
    public void Type(Room room, string user, bool typing)
    {
        Membership.MustBeIn(room, user);
        if (typing ? room.Typing.Add(user) : room.Typing.Remove(user))
        {
            world.Pass(room, TypingOf(room));
        }
    }

    public void Receive(Room room, string user, string kind, string eventId, string? thread)
    {
        Membership.MustBeIn(room, user);
        room.Receipts[(user, kind)] = (eventId, world.Now, thread);
        if (kind != "m.read.private")
        {
            world.Pass(room, ReceiptOf(room, [(user, kind)]));
        }
    }

    public static object TypingOf(Room room) =>
        new { type = "m.typing", room_id = room.Id, content = new { user_ids = room.Typing.Order(StringComparer.Ordinal).ToArray() } };

    public static object ReceiptOf(Room room, IEnumerable<(string User, string Kind)> of)
    {
        var content = new Dictionary<string, Dictionary<string, Dictionary<string, object>>>();
        foreach (var (user, kind) in of)
        {
            var (eventId, at, thread) = room.Receipts[(user, kind)];
            var kinds = content.TryGetValue(eventId, out var there) ? there : content[eventId] = [];
            var users = kinds.TryGetValue(kind, out var known) ? known : kinds[kind] = [];
            users[user] = thread is null ? new { ts = at } : new { ts = at, thread_id = thread };
        }

        return new { type = "m.receipt", room_id = room.Id, content };
    }
}
