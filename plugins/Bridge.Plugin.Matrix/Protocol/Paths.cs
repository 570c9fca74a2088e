namespace Bridge.Plugin.Matrix.Protocol;

/// <summary>The paths of the client-server API. Pure.</summary>
internal static class Paths
{
    public const string Versions = "/_matrix/client/versions";
    public const string WhoAmI = Client + "/account/whoami";
    public const string Register = Client + "/register";
    public const string CreateRoom = Client + "/createRoom";
    public const string JoinedRooms = Client + "/joined_rooms";
    public const string ServerKeys = "/_matrix/key/v2/server";

    private const string Client = "/_matrix/client/v3";

    /// <param name="occurredAt">When the event is to seem sent; null for now. Only an application service may say.</param>
    public static string Send(string room, string type, string transaction, DateTimeOffset? occurredAt) =>
        $"{Room(room)}/send/{type}/{E(transaction)}{(occurredAt is { } at ? $"?ts={at.ToUnixTimeMilliseconds()}" : "")}";

    public static string Redact(string room, string eventId, string transaction) => $"{Room(room)}/redact/{E(eventId)}/{E(transaction)}";

    public static string State(string room, string type, string key = "") => $"{Room(room)}/state/{type}/{E(key)}";

    public static string AllState(string room) => $"{Room(room)}/state";

    public static string Event(string room, string eventId) => $"{Room(room)}/event/{E(eventId)}";

    /// <summary>Backwards.</summary>
    public static string Messages(string room, string? from, int limit, string? until = null) =>
        $"{Room(room)}/messages?dir=b&limit={limit}{(from is null ? "" : $"&from={E(from)}")}{(until is null ? "" : $"&to={E(until)}")}";

    public static string Sync(string? since, TimeSpan hold, string filter) =>
        $"{Client}/sync?timeout={(long)hold.TotalMilliseconds}&filter={E(filter)}{(since is null ? "" : $"&since={E(since)}")}";

    public static string Reactions(string room, string eventId) => $"/_matrix/client/v1/rooms/{E(room)}/relations/{E(eventId)}/m.annotation/m.reaction?limit=100";

    public static string Typing(string room, string user) => $"{Room(room)}/typing/{E(user)}";

    public static string ReadReceipt(string room, string eventId) => $"{Room(room)}/receipt/m.read/{E(eventId)}";

    public static string Join(string room) => $"{Client}/join/{E(room)}";

    public static string Leave(string room) => $"{Room(room)}/leave";

    public static string Invite(string room) => $"{Room(room)}/invite";

    public static string Alias(string alias) => $"{Client}/directory/room/{E(alias)}";

    public static string Profile(string user) => $"{Client}/profile/{E(user)}";

    public static string DisplayName(string user) => $"{Client}/profile/{E(user)}/displayname";

    public static string AvatarUrl(string user) => $"{Client}/profile/{E(user)}/avatar_url";

    public static string Ping(string appservice) => $"/_matrix/client/v1/appservice/{E(appservice)}/ping";

    private static string Room(string room) => $"{Client}/rooms/{E(room)}";

    private static string E(string segment) => Uri.EscapeDataString(segment);
}
