using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>
/// <c>/sync</c> for those who do not run the homeserver. A room in which more happened than fits comes <c>limited</c>, and the gap is read back
/// with <c>/messages</c> from <c>prev_batch</c>.
/// </summary>
internal sealed class SyncCalls(World world, TimeProvider clock)
{
    private const int UsualLimit = 10;

    public IEnumerable<Route> Routes => [new("GET", "_matrix/client/v3/sync", Operation.Sync, _ => Answer.Empty) { Waiting = SyncAsync }];

    private async Task<Answer> SyncAsync(MatrixCall call, CancellationToken cancellationToken)
    {
        var since = call.Query.TryGetValue("since", out var token) ? ReadingCalls.Place(token, 0) : -1;
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(call.Number("timeout", 0)), clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        while (true)
        {
            Task changed;
            lock (world.Gate)
            {
                var found = Look(call, since);
                if (found.Something || since < 0 || ended.IsCancellationRequested)
                {
                    var rooms = new { join = found.Joined, invite = found.Invited, leave = found.Left };
                    return Answer.Ok(new { next_batch = $"s{world.Position}", rooms, account_data = found.Account });
                }

                changed = world.NextChange();
            }

            await changed.WaitAsync(ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private Found Look(MatrixCall call, long since)
    {
        var found = new Found();
        var limit = Limit(call);
        foreach (var room in world.Rooms.Values)
        {
            switch (room.MembershipOf(call.Requester))
            {
                case "join" when JoinedRoom(room, call, since, limit) is { } joined:
                    found.Joined[room.Id] = joined;
                    break;
                case "invite" when room.State[("m.room.member", call.Requester)].Position > since:
                    var state = room.State.Values.Where(state => state.Type is "m.room.create" or "m.room.name" or "m.room.join_rules" or "m.room.member");
                    found.Invited[room.Id] = new { invite_state = new { events = state.Select(entry => entry.ToJson(world.Now)).ToArray() } };
                    break;
                case "leave" or "ban" when room.State[("m.room.member", call.Requester)] is var left && left.Position > since:
                    found.Left[room.Id] = new { timeline = Until(left, room, call, since, limit) };
                    break;
            }
        }

        if (since < 0 && world.Accounts.TryGetValue(call.Requester, out var account))
        {
            var data = account.Data.Where(entry => entry.Key.Room.Length == 0).Select(entry => new { type = entry.Key.Type, content = entry.Value });
            found.Account = new { events = data.ToArray() };
        }

        return found;
    }

    private object? JoinedRoom(Room room, MatrixCall call, long since, int limit)
    {
        var from = HasJustCome(room, call.Requester, since) ? -1 : since;
        var first = ReadingCalls.After(room.All, from);
        var passing = room.EphemeralPosition > since;
        if (first == room.All.Count && !passing)
        {
            return null;
        }

        var shown = room.All.Skip(Math.Max(first, room.All.Count - limit)).ToList();
        var limited = shown.Count < room.All.Count - first;
        var before = shown.Count > 0 ? shown[0].Position : world.Position + 1;
        var state = room.State.Values.Where(entry => entry.Position > from && entry.Position < before);
        return new
        {
            timeline = new
            {
                events = shown.Select(found => found.ToJson(world.Now, call.Token)).ToArray(), limited, prev_batch = ReadingCalls.Token(before - 1),
            },
            state = new { events = state.Select(entry => entry.ToJson(world.Now)).ToArray() },
            ephemeral = new { events = passing ? Passing(room) : [] },
        };
    }

    // All up to the removal of who was there; of who was not, that alone.
    private object Until(RoomEvent left, Room room, MatrixCall call, long since, int limit)
    {
        var from = HasJustCome(room, call.Requester, since) ? left.Position - 1 : since;
        var all = room.All.Where(happened => happened.Position > from && happened.Position <= left.Position).ToList();
        var shown = all.TakeLast(limit).ToList();
        return new
        {
            events = shown.Select(happened => happened.ToJson(world.Now, call.Token)).ToArray(), limited = shown.Count < all.Count,
            prev_batch = ReadingCalls.Token(shown[0].Position - 1),
        };
    }

    // Who has just come sees the room as from the beginning.
    private static bool HasJustCome(Room room, string user, long since) =>
        room.State[("m.room.member", user)].Position > since
        && room.All.FindLast(found => found.Type == "m.room.member" && found.StateKey == user && found.Position <= since)?.Text("membership") != "join";

    private static object[] Passing(Room room) =>
        [InPassing.TypingOf(room), .. room.Receipts.Count == 0 ? (object[])[] : [InPassing.ReceiptOf(room, room.Receipts.Keys)]];

    // Of an inline filter and of one that was stored before.
    private int Limit(MatrixCall call)
    {
        if (!call.Query.TryGetValue("filter", out var text))
        {
            return UsualLimit;
        }

        var filter = text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : world.Accounts[call.Requester].Data.GetValueOrDefault(("filter", text));
        return filter.ValueKind == JsonValueKind.Object && filter.TryGetProperty("room", out var room) && room.TryGetProperty("timeline", out var timeline)
            && timeline.TryGetProperty("limit", out var limit) ? limit.GetInt32() : UsualLimit;
    }

    private sealed class Found
    {
        public Dictionary<string, object> Joined { get; } = [];

        public Dictionary<string, object> Invited { get; } = [];

        public Dictionary<string, object> Left { get; } = [];

        public object Account { get; set; } = new { events = Array.Empty<object>() };

        public bool Something => Joined.Count + Invited.Count + Left.Count > 0;
    }
}
