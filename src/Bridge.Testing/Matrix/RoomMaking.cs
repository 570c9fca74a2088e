using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>Makes rooms as <c>createRoom</c> does.</summary>
internal sealed class RoomMaking(World world, Membership membership)
{
    private static readonly string[] s_versions = ["10", "11", "12"];

    public Room Create(string creator, AppService? service, JsonElement wanted, string defaultVersion)
    {
        var version = Text(wanted, "room_version") ?? defaultVersion;
        if (!s_versions.Contains(version))
        {
            throw new MatrixException(400, "M_UNSUPPORTED_ROOM_VERSION", "Your homeserver does not support this room version");
        }

        var alias = Text(wanted, "room_alias_name") is { } name ? $"#{name}:{world.ServerName}" : null;
        if (alias is not null)
        {
            CheckAlias(alias, service);
        }

        var room = Begin(creator, version, wanted);
        var preset = Text(wanted, "preset") ?? (Text(wanted, "visibility") == "public" ? "public_chat" : "private_chat");
        Add(room, creator, "m.room.power_levels", Levels(creator, version, preset, wanted));
        if (alias is not null)
        {
            world.Aliases.Add(alias, room.Id);
            Add(room, creator, "m.room.canonical_alias", new { alias });
        }

        Add(room, creator, "m.room.join_rules", new { join_rule = preset == "public_chat" ? "public" : "invite" });
        Add(room, creator, "m.room.history_visibility", new { history_visibility = "shared" });
        Furnish(room, creator, wanted);
        foreach (var invited in Strings(wanted, "invite"))
        {
            membership.Invite(room, creator, invited, Flag(wanted, "is_direct"));
        }

        return room;
    }

    /// <summary>Throws when the alias is taken or belongs to another application service.</summary>
    public void CheckAlias(string alias, AppService? service)
    {
        if (world.Services.Any(other => other != service && other.OwnsAlias(alias)))
        {
            throw new MatrixException(400, "M_EXCLUSIVE", "This application service has not reserved this kind of alias.");
        }

        if (world.Aliases.ContainsKey(alias))
        {
            throw new MatrixException(400, "M_ROOM_IN_USE", "Room alias already taken");
        }
    }

    /// <summary>
    /// As Synapse 1.160 was seen to upgrade: the successor names its predecessor; name, join rules and aliases move; nobody is invited; in the old room
    /// ordinary users may say nothing any more.
    /// </summary>
    public Room Upgrade(Room old, string by, string version)
    {
        Membership.MustReach(old, by, old.PowerNeeded("m.room.tombstone", isState: true), "upgrade the room");
        var isPublic = old.State.TryGetValue(("m.room.join_rules", ""), out var rules) && rules.Text("join_rule") == "public";
        var wanted = JsonSerializer.SerializeToElement(new
        {
            preset = isPublic ? "public_chat" : "private_chat",
            name = old.State.GetValueOrDefault(("m.room.name", ""))?.Text("name"),
            room_version = version,
            creation_content = new { predecessor = new { room_id = old.Id } },
        });
        var made = Create(by, null, wanted, version);
        foreach (var alias in world.Aliases.Where(entry => entry.Value == old.Id).Select(entry => entry.Key).ToList())
        {
            world.Aliases[alias] = made.Id;
            Add(made, by, "m.room.canonical_alias", new { alias });
        }

        Add(old, by, "m.room.tombstone", new { body = "This room has been replaced", replacement_room = made.Id });
        var users = new Dictionary<string, int> { [by] = 100 };
        Add(old, by, "m.room.power_levels", new { users, users_default = 0, events_default = 50, state_default = 50, invite = 50, redact = 50, kick = 50 });
        return made;
    }

    private Room Begin(string creator, string version, JsonElement wanted)
    {
        // In version 12 a room is named after the event that made it, without a server name.
        var created = World.NewEventId();
        var room = new Room(version == "12" ? "!" + created[1..] : $"!{World.RandomName(13)}:{world.ServerName}", version);
        world.Rooms.Add(room.Id, room);
        var content = Object(wanted, "creation_content");
        content["room_version"] = version;
        if (version == "10")
        {
            content["creator"] = creator;
        }

        world.Append(room, new NewEvent("m.room.create", creator, JsonSerializer.SerializeToElement(content)) { Id = created, StateKey = "" });
        membership.Become(room, creator, creator, "join");
        return room;
    }

    private void Furnish(Room room, string creator, JsonElement wanted)
    {
        if (wanted.TryGetProperty("initial_state", out var states))
        {
            foreach (var state in states.EnumerateArray())
            {
                var content = state.GetProperty("content").Clone();
                world.Append(room, new NewEvent(Text(state, "type")!, creator, content) { StateKey = Text(state, "state_key") ?? "" });
            }
        }

        if (Text(wanted, "name") is { } name)
        {
            Add(room, creator, "m.room.name", new { name });
        }

        if (Text(wanted, "topic") is { } topic)
        {
            Add(room, creator, "m.room.topic", new { topic });
        }
    }

    private static Dictionary<string, object?> Levels(string creator, string version, string preset, JsonElement wanted)
    {
        var users = new Dictionary<string, int>();
        if (version != "12")
        {
            users[creator] = 100;
        }

        foreach (var trusted in preset == "trusted_private_chat" ? Strings(wanted, "invite") : [])
        {
            users[trusted] = 100;
        }

        var levels = new Dictionary<string, object?>
        {
            ["users"] = users, ["users_default"] = 0, ["events_default"] = 0, ["state_default"] = 50, ["redact"] = 50, ["invite"] = 0, ["kick"] = 50,
        };
        foreach (var (name, value) in Object(wanted, "power_level_content_override"))
        {
            levels[name] = value;
        }

        return levels;
    }

    private void Add(Room room, string sender, string type, object content) =>
        world.Append(room, new NewEvent(type, sender, JsonSerializer.SerializeToElement(content)) { StateKey = "" });

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static List<string> Strings(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(item => item.GetString()!)] : [];

    private static Dictionary<string, object?> Object(JsonElement parent, string name) => parent.TryGetProperty(name, out var value)
        ? value.EnumerateObject().ToDictionary(property => property.Name, object? (property) => property.Value.Clone()) : [];
}
