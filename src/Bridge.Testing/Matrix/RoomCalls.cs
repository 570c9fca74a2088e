
namespace Bridge.Testing.Matrix;

/// <summary>Rooms, aliases and who is in them.</summary>
internal sealed class RoomCalls(World world, RoomMaking making, Membership membership, HomeserverOptions options)
{
    public IEnumerable<Route> Routes =>
    [
        new("POST", "_matrix/client/v3/createRoom", Operation.CreateRoom, Create),
        new("PUT", "_matrix/client/v3/directory/room/{}", Operation.Alias, PutAlias),
        new("DELETE", "_matrix/client/v3/directory/room/{}", Operation.Alias, DeleteAlias),
        new("POST", "_matrix/client/v3/join/{}", Operation.Join, Join),
        new("POST", "_matrix/client/v3/rooms/{}/join", Operation.Join, Join),
        new("POST", "_matrix/client/v3/rooms/{}/leave", Operation.Leave, Leave),
        new("POST", "_matrix/client/v3/rooms/{}/forget", Operation.Leave, _ => Answer.Empty),
        new("POST", "_matrix/client/v3/rooms/{}/kick", Operation.Kick, call => Kick(call, "leave")),
        new("POST", "_matrix/client/v3/rooms/{}/ban", Operation.Kick, call => Kick(call, "ban")),
        new("GET", "_matrix/client/v3/joined_rooms", Operation.JoinedRooms, JoinedRooms),
        new("GET", "_matrix/client/v3/rooms/{}/joined_members", Operation.Members, JoinedMembers),
        new("GET", "_matrix/client/v3/rooms/{}/members", Operation.Members, Members),
    ];

    private Answer Create(MatrixCall call) =>
        Answer.Ok(new { room_id = making.Create(call.Requester, call.Service, call.Json(), options.DefaultRoomVersion).Id });

    private Answer PutAlias(MatrixCall call)
    {
        making.CheckAlias(call[0], call.Service);
        world.Aliases[call[0]] = world.RoomFor(call.Requester, call.Text("room_id") ?? "").Id;
        return Answer.Empty;
    }

    private Answer DeleteAlias(MatrixCall call) => world.Aliases.Remove(call[0]) ? Answer.Empty : throw MatrixException.NotFound("Room alias not found");

    // Joining a room one is in already is no error.
    private Answer Join(MatrixCall call)
    {
        var room = world.RoomOf(call[0]);
        membership.Join(room, call.Requester);
        return Answer.Ok(new { room_id = room.Id });
    }

    private Answer Leave(MatrixCall call)
    {
        membership.Leave(world.RoomOf(call[0]), call.Requester);
        return Answer.Empty;
    }

    private Answer Kick(MatrixCall call, string to)
    {
        membership.Kick(world.RoomOf(call[0]), call.Requester, call.Text("user_id") ?? throw MatrixException.BadJson("Missing params: user_id"), to);
        return Answer.Empty;
    }

    private Answer JoinedRooms(MatrixCall call)
    {
        var user = call.Requester;
        return Answer.Ok(new { joined_rooms = world.Rooms.Values.Where(room => room.MembershipOf(user) == "join").Select(room => room.Id).ToArray() });
    }

    private Answer JoinedMembers(MatrixCall call) => Answer.Ok(new
    {
        joined = world.RoomFor(call.Requester, call[0]).Members("join").ToDictionary(
            member => member.User, member => new { display_name = member.Member.Text("displayname"), avatar_url = member.Member.Text("avatar_url") }),
    });

    private Answer Members(MatrixCall call)
    {
        var room = world.RoomFor(call.Requester, call[0]);
        var wanted = call.Query.GetValueOrDefault("membership");
        var members = room.State.Where(entry => entry.Key.Type == "m.room.member" && (wanted is null || entry.Value.Text("membership") == wanted));
        return Answer.Ok(new { chunk = members.Select(entry => entry.Value.ToJson(world.Now)).ToArray() });
    }
}
