using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>An ordinary user of the homeserver, who acts from the test. Each act is done when it returns; what it causes at others comes later.</summary>
public sealed class MatrixUser
{
    private readonly World _world;
    private readonly Acts _acts;
    private readonly MediaCalls _media;

    internal MatrixUser(string id, string token, World world, Acts acts, MediaCalls media) =>
        (Id, AccessToken, _world, _acts, _media) = (id, token, world, acts, media);

    public string Id { get; }

    /// <summary>Of the user's own session, for client mode.</summary>
    public string AccessToken { get; }

    /// <summary>Makes a room; gives its id.</summary>
    public string CreateRoom(string? name = null, bool isPublic = false, string? alias = null, string? version = null)
    {
        var wanted = new Dictionary<string, object?>
        {
            ["preset"] = isPublic ? "public_chat" : "private_chat", ["name"] = name, ["room_alias_name"] = alias, ["room_version"] = version,
        };
        return Do(() => _acts.Making.Create(Id, null, JsonSerializer.SerializeToElement(wanted), "10").Id);
    }

    /// <summary>Ends a room and makes its successor, whose id this gives.</summary>
    public string Upgrade(string room, string version = "12") => Do(() => _acts.Making.Upgrade(_world.RoomOf(room), Id, version).Id);

    /// <summary>The directory leads to the room; no event says so.</summary>
    public void AddAlias(string room, string alias) => Do(() => _world.Aliases[alias] = room);

    public void Join(string room) => Do(() => _acts.Membership.Join(_world.RoomOf(room), Id));

    public void Leave(string room) => Do(() => _acts.Membership.Leave(_world.RoomOf(room), Id));

    public void Invite(string room, string userId) => Do(() => _acts.Membership.Invite(_world.RoomOf(room), Id, userId));

    /// <summary>Makes a direct chat, as Element does; gives its id.</summary>
    public string StartChat(string with, bool isEncrypted = false)
    {
        var wanted = new Dictionary<string, object?> { ["preset"] = "trusted_private_chat", ["is_direct"] = true, ["invite"] = new[] { with } };
        if (isEncrypted)
        {
            wanted["initial_state"] = new[] { new { type = "m.room.encryption", state_key = "", content = new { algorithm = "m.megolm.v1.aes-sha2" } } };
        }

        return Do(() => _acts.Making.Create(Id, null, JsonSerializer.SerializeToElement(wanted), "10").Id);
    }

    public void Kick(string room, string userId) => Do(() => _acts.Membership.Kick(_world.RoomOf(room), Id, userId));

    public void TakeBackInvitation(string room, string userId) => Do(() => _acts.Membership.Kick(_world.RoomOf(room), Id, userId));

    public void SetProfile(string? name, string? avatarUrl = null) => Do(() => _acts.Membership.SetProfile(_world.Accounts[Id], name, avatarUrl));

    /// <summary>Says something; gives the event id.</summary>
    public string Say(string room, string body, string? html = null) => Send(room, html is null
        ? new { msgtype = "m.text", body } : new { msgtype = "m.text", body, format = "org.matrix.custom.html", formatted_body = html });

    /// <summary>Sends a message of this content; gives the event id.</summary>
    public string Send(string room, object content, string type = "m.room.message", string? stateKey = null) =>
        Do(() => _acts.Sending.Send(_world.RoomOf(room), new NewEvent(type, Id, JsonSerializer.SerializeToElement(content)) { StateKey = stateKey }).Id);

    public string Reply(string room, string to, string body) =>
        Send(room, Content(body, new Dictionary<string, object> { ["m.in_reply_to"] = new { event_id = to } }));

    public string SayInThread(string room, string root, string body) => Send(room, Content(
        body, new Dictionary<string, object>
        {
            ["rel_type"] = "m.thread", ["event_id"] = root, ["is_falling_back"] = true, ["m.in_reply_to"] = new { event_id = root },
        }));

    public string Edit(string room, string target, string body) => Send(room, new Dictionary<string, object>
    {
        ["msgtype"] = "m.text", ["body"] = "* " + body, ["m.new_content"] = new { msgtype = "m.text", body },
        ["m.relates_to"] = new { rel_type = "m.replace", event_id = target },
    });

    public string React(string room, string target, string key) => Send(
        room, new Dictionary<string, object> { ["m.relates_to"] = new { rel_type = "m.annotation", event_id = target, key } }, "m.reaction");

    /// <param name="content">What the redaction says of itself; null for nothing.</param>
    public string Redact(string room, string target, object? content = null) => Do(() =>
        _acts.Sending.Redact(_world.RoomOf(room), Id, target, content is null ? null : JsonSerializer.SerializeToElement(content), null).Id);

    public void Type(string room, bool typing = true) => Do(() => _acts.Passing.Type(_world.RoomOf(room), Id, typing));

    public void Read(string room, string upTo) => Do(() => _acts.Passing.Receive(_world.RoomOf(room), Id, "m.read", upTo, null));

    /// <summary>Gives the <c>mxc:</c> address.</summary>
    public string Upload(byte[] bytes, string contentType) => _media.Add(bytes, contentType);

    private static Dictionary<string, object> Content(string body, object relation) =>
        new() { ["msgtype"] = "m.text", ["body"] = body, ["m.relates_to"] = relation };

    private void Do(Action act) => Do(() =>
    {
        act();
        return true;
    });

    private T Do<T>(Func<T> act)
    {
        lock (_world.Gate)
        {
            return act();
        }
    }
}
