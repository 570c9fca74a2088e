using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>Who is in which room, as the server allows it.</summary>
internal sealed class Membership(World world)
{
    public void Join(Room room, string user)
    {
        if (room.MembershipOf(user) == "join")
        {
            return;
        }

        var isPublic = room.State.TryGetValue(("m.room.join_rules", ""), out var rules) && rules.Text("join_rule") == "public";
        if (!isPublic && room.MembershipOf(user) != "invite")
        {
            throw MatrixException.Forbidden("You are not invited to this room.");
        }

        Become(room, user, user, "join");
    }

    /// <summary>Of a user who is there already Synapse says M_FORBIDDEN. An unknown user of this server may be invited.</summary>
    public void Invite(Room room, string by, string user, bool isDirect = false)
    {
        MustBeIn(room, by);
        switch (room.MembershipOf(user))
        {
            case "join":
                throw MatrixException.Forbidden($"{user} is already in the room.");
            case "ban":
                throw MatrixException.Forbidden($"{user} is banned from the room");
            default:
                MustReach(room, by, room.Level("invite") ?? 0, "invite users");
                Become(room, by, user, "invite", isDirect);
                break;
        }
    }

    public void Leave(Room room, string user)
    {
        if (room.MembershipOf(user) is not ("join" or "invite"))
        {
            throw MatrixException.Forbidden($"User {user} not in room {room.Id}");
        }

        Become(room, user, user, "leave");
    }

    public void Kick(Room room, string by, string user, string membership = "leave")
    {
        MustBeIn(room, by);
        MustReach(room, by, room.Level("kick") ?? 50, $"kick {user}");
        Become(room, by, user, membership);
    }

    /// <summary>The profile is copied into the member events of all rooms, as Synapse does.</summary>
    public void SetProfile(Account account, string? name, string? avatar)
    {
        if ((account.DisplayName, account.AvatarUrl) == (name, avatar))
        {
            return;
        }

        (account.DisplayName, account.AvatarUrl) = (name, avatar);
        foreach (var room in world.Rooms.Values.Where(room => room.MembershipOf(account.UserId) == "join"))
        {
            Become(room, account.UserId, account.UserId, "join");
        }
    }

    public void Become(Room room, string sender, string user, string membership, bool isDirect = false)
    {
        var content = new Dictionary<string, object?> { ["membership"] = membership };
        if (world.Accounts.GetValueOrDefault(user) is { } account)
        {
            content["displayname"] = account.DisplayName ?? user[1..user.IndexOf(':', StringComparison.Ordinal)];
            content["avatar_url"] = account.AvatarUrl;
        }

        if (isDirect)
        {
            content["is_direct"] = true;
        }

        world.Append(room, new NewEvent("m.room.member", sender, JsonSerializer.SerializeToElement(content)) { StateKey = user });
    }

    public static void MustBeIn(Room room, string user)
    {
        if (room.MembershipOf(user) != "join")
        {
            throw MatrixException.Forbidden($"User {user} not in room {room.Id} ({room.MembershipOf(user) ?? "None"})");
        }
    }

    public static void MustReach(Room room, string user, long level, string what)
    {
        if (room.PowerOf(user) < level)
        {
            throw MatrixException.Forbidden($"You don't have permission to {what}: user level {room.PowerOf(user)} < {level}");
        }
    }
}
