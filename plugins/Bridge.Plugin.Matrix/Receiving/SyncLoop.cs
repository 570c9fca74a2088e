using System.Text;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>
/// Hears what one account hears. The token that says how far commits with the events before it, so that a crash neither loses nor skips; a gap that the
/// homeserver leaves in a busy room is read before what follows it.
/// </summary>
internal sealed class SyncLoop(Session session, Receiver receiver)
{
    private const string SinceKey = "sync/since";
    private const int MostHeld = 1_000; // events in memory, of all rooms
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    // How much of each room, and how long the answer may take. What is too much for one answer is asked for again as less, and the rest read room by room.
    private static readonly (int Events, TimeSpan Patience)[] s_wishes = [(100, s_hold * 2), (10, s_hold * 6), (1, s_hold * 20)];
    private readonly GapReader _gaps = new(session);

    /// <summary>Until stopping. The very first time it hears what comes from now on; what was said before is no news.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var stored = await session.Context.State.GetAsync(SinceKey, stopping);
        var since = stored is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
        while (true)
        {
            var answer = await AskAsync(since, stopping);
            var next = answer.TextOf("next_batch") ?? throw new MatrixException("the homeserver's answer to /sync has no next_batch", mayHaveArrived: true);
            if (next != since)
            {
                await TakeAsync(answer, since, next, stopping);
            }

            since = next;
        }
    }

    private async Task TakeAsync(JsonElement answer, string? since, string next, CancellationToken stopping)
    {
        List<Told> events = [];
        List<Told> passing = [];
        List<StateChange> state = [new(SinceKey, Encoding.UTF8.GetBytes(next))];
        var rooms = answer.ObjectOf("rooms");
        foreach (var room in since is null ? [] : RoomsOf(rooms, "join").Concat(RoomsOf(rooms, "leave")))
        {
            events.AddRange(await HeardAsync(room.Name, room.Value, since!, stopping));
            passing.AddRange(room.Value.ObjectOf("ephemeral")?.ItemsOf("events").Select(value => new Told(value, room.Name)) ?? []);
            if (events.Count >= MostHeld)
            {
                await receiver.AcceptAsync(events, [], [], stopping); // told again after a crash, they are known
                events = [];
            }
        }

        foreach (var room in RoomsOf(rooms, "invite"))
        {
            state.AddRange(Invitation(room));
        }

        await receiver.AcceptAsync(events, passing, state, stopping);
    }

    /// <summary>What happened in a room while the account was there, until now or until somebody removed it.</summary>
    private async Task<IEnumerable<Told>> HeardAsync(string room, JsonElement told, string since, CancellationToken stopping)
    {
        List<Told> heard = [];
        if (told.ObjectOf("timeline") is { } timeline)
        {
            heard.AddRange(timeline.ItemsOf("events").Select(value => new Told(value, room)));
            if (!Stay.BeginsIn(heard, session.Bot.UserId))
            {
                heard.InsertRange(0, await _gaps.ReadAsync(room, timeline, since, stopping));
            }
        }

        // What came to be in a gap that is not given or is not read to its end.
        var known = heard.Select(IdOf).ToHashSet();
        var state = told.ObjectOf("state")?.ItemsOf("events").Select(value => new Told(value, room)) ?? [];
        heard.InsertRange(0, state.Where(set => IsLasting(set) && !known.Contains(IdOf(set))));
        return Stay.Within(heard, session.Bot.UserId);
    }

    private static bool IsLasting(Told state) => state.Value.TextOf("type") is "m.room.encryption" or "m.room.tombstone";

    private static string? IdOf(Told told) => told.Value.TextOf("event_id");

    /// <summary>Where the rate is limited the same is asked again, when the homeserver says. Of what was before the very first time nothing is wanted.</summary>
    private async Task<JsonElement> AskAsync(string? since, CancellationToken stopping)
    {
        var wish = since is null ? s_wishes.Length - 1 : 0;
        while (true)
        {
            var (events, patience) = s_wishes[wish];
            try
            {
                var path = Paths.Sync(since, since is null ? TimeSpan.Zero : s_hold, FilterOf(events, withState: since is not null));
                return await session.Client.SendAsync(HttpMethod.Get, path, session.Bot, body: null, stopping, patience);
            }
            catch (MatrixException failure) when (failure.IsLimit)
            {
                await Task.Delay(failure.RetryAfter ?? s_pause, session.Context.Clock, stopping);
            }
            catch (MatrixException failure) when (failure.IsOutage && failure.MayHaveArrived && wish + 1 < s_wishes.Length)
            {
                wish++; // where it is an outage indeed, its watch ends the run
            }
        }
    }

    private static string FilterOf(int events, bool withState)
    {
        const string Nothing = """{"not_types":["*"]}""";
        var state = withState ? """{"types":["m.room.encryption","m.room.tombstone"]}""" : Nothing;
        var timeline = $$"""{"limit":{{events}} }""";
        return $$$"""{"presence":{{{Nothing}}},"account_data":{{{Nothing}}},"room":{"timeline":{{{timeline}}},"state":{{{state}}},"account_data":{{{Nothing}}} } }""";
    }

    private IEnumerable<StateChange> Invitation((string Name, JsonElement Value) room)
    {
        var invited = room.Value.ObjectOf("invite_state")?.ItemsOf("events")
            .FirstOrDefault(value => value.TextOf("type") == "m.room.member" && value.TextOf("state_key") == session.Bot.UserId);
        return invited?.TextOf("sender") is { } sender ? receiver.Invited(room.Name, sender) : [];
    }

    private static IEnumerable<(string Name, JsonElement Value)> RoomsOf(JsonElement? rooms, string kind) => rooms?.ObjectOf(kind)?.Members() ?? [];
}
