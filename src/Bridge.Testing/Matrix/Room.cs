using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>A room: its events in order, its state, and what is ephemeral.</summary>
public sealed class Room
{
    private readonly Dictionary<string, RoomEvent> _byId = [];
    private readonly List<RoomEvent> _events = [];

    // How many present users each application service cares about: asked for at every event.
    private readonly Dictionary<AppService, int> _interested = [];

    internal Room(string id, string version) => (Id, Version) = (id, version);

    public string Id { get; }

    /// <summary>10, 11 or 12.</summary>
    public string Version { get; }

    internal Dictionary<(string Type, string Key), RoomEvent> State { get; } = [];

    internal HashSet<string> Typing { get; } = [];

    /// <summary>Of each user and kind of receipt: the event, and when.</summary>
    internal Dictionary<(string User, string Kind), (string EventId, long At, string? Thread)> Receipts { get; } = [];

    /// <summary>When something ephemeral last changed, in the stream of the server.</summary>
    internal long EphemeralPosition { get; set; }

    internal List<RoomEvent> All => _events;

    internal int InterestedUsers(AppService service) => _interested.TryGetValue(service, out var count)
        ? count : _interested[service] = State.Count(entry => IsPresent(entry.Value) && service.MayActAs(entry.Key.Key));

    internal RoomEvent? Find(string id) => _byId.GetValueOrDefault(id);

    internal void Append(RoomEvent happened)
    {
        _events.Add(happened);
        _byId[happened.Id] = happened;
        if (happened.StateKey is { } key)
        {
            if (happened.Type == "m.room.member")
            {
                _interested.Clear();
            }

            State[(happened.Type, key)] = happened;
        }
    }

    internal string? MembershipOf(string user) => State.TryGetValue(("m.room.member", user), out var member) ? member.Text("membership") : null;

    internal IEnumerable<(string User, RoomEvent Member)> Members(string membership) =>
        State.Where(entry => entry.Key.Type == "m.room.member" && entry.Value.Text("membership") == membership).Select(entry => (entry.Key.Key, entry.Value));

    private static bool IsPresent(RoomEvent state) => state.Type == "m.room.member" && state.Text("membership") is "join" or "invite";

    internal long PowerOf(string user)
    {
        // In version 12 who created the room is above all levels.
        if (Version == "12" && State[("m.room.create", "")].Sender == user)
        {
            return long.MaxValue;
        }

        return Level("users", user) ?? Level("users_default") ?? 0;
    }

    internal long PowerNeeded(string type, bool isState) => Level("events", type) ?? Level(isState ? "state_default" : "events_default") ?? (isState ? 50 : 0);

    internal long? Level(string name, string? inner = null)
    {
        if (!State.TryGetValue(("m.room.power_levels", ""), out var levels) || !levels.Content.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (inner is not null)
        {
            return value.TryGetProperty(inner, out var level) ? level.GetInt64() : null;
        }

        return value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;
    }
}
