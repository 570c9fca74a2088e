using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>What the homeserver's database holds: it survives a restart. Everything here is done under <see cref="Gate"/>.</summary>
internal sealed class World(string serverName, TimeProvider clock)
{
    // As Synapse bounds an event, with what it adds to the content.
    private const int LargestEvent = 65_536;
    private const int Envelope = 300;

    private TaskCompletionSource? _changed;

    public Lock Gate { get; } = new();

    public string ServerName => serverName;

    public List<AppService> Services { get; } = [];

    public Dictionary<string, Account> Accounts { get; } = [];

    public Dictionary<string, Room> Rooms { get; } = [];

    public Dictionary<string, string> Aliases { get; } = [];

    /// <summary>Access tokens of ordinary users.</summary>
    public Dictionary<string, string> Sessions { get; } = [];

    public long Position { get; private set; }

    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Called under the lock, in order: must only remember.</summary>
    public Action<Room, RoomEvent> Happened { get; set; } = (_, _) => { };

    /// <summary>As <see cref="Happened"/>, of what no database keeps.</summary>
    public Action<Room, object> HappenedInPassing { get; set; } = (_, _) => { };

    public Account Add(string userId)
    {
        var account = new Account(userId);
        return Accounts.TryAdd(userId, account) ? account : throw new MatrixException(400, "M_USER_IN_USE", "User ID already taken.");
    }

    public Room RoomOf(string idOrAlias)
    {
        var id = idOrAlias.StartsWith('#')
            ? Aliases.GetValueOrDefault(idOrAlias) ?? throw MatrixException.NotFound($"Room alias {idOrAlias} not found")
            : idOrAlias;
        return Rooms.GetValueOrDefault(id) ?? throw MatrixException.NotFound("No known servers");
    }

    /// <summary>The room, if this user has joined it.</summary>
    public Room RoomFor(string user, string id) => Rooms.TryGetValue(id, out var room) && room.MembershipOf(user) == "join"
        ? room : throw MatrixException.Forbidden($"User {user} not in room {id}, and room previews are disabled");

    public RoomEvent Append(Room room, NewEvent wanted)
    {
        var content = wanted.Content;
        if (content.GetRawText().Length + Envelope > LargestEvent)
        {
            throw new MatrixException(413, "M_TOO_LARGE", "event too large");
        }

        RefuseFractions(content);
        var happened = new RoomEvent
        {
            Id = wanted.Id ?? NewEventId(),
            RoomId = room.Id,
            Type = wanted.Type,
            Sender = wanted.Sender,
            StateKey = wanted.StateKey,
            Content = content,
            Before = wanted.StateKey is { } key && room.State.TryGetValue((wanted.Type, key), out var before) ? before.Content : null,
            Redacts = wanted.Redacts,
            Timestamp = wanted.Timestamp ?? Now,
            Position = ++Position,
            SentAs = wanted.SentAs,
        };
        room.Append(happened);
        Happened(room, happened);
        Wake();
        return happened;
    }

    /// <summary>Something ephemeral: the stream moves on, and nothing is kept for later.</summary>
    public void Pass(Room room, object ephemeral)
    {
        room.EphemeralPosition = ++Position;
        HappenedInPassing(room, ephemeral);
        Wake();
    }

    /// <summary>Completes when the stream moves on. Taken under the lock.</summary>
    public Task NextChange() => (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public static string NewEventId() => "$" + RandomName(32);

    public static string RandomName(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    private void Wake()
    {
        _changed?.SetResult();
        _changed = null;
    }

    // Room versions 6 and later: canonical JSON has no fractions.
    private static void RefuseFractions(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when !value.TryGetInt64(out _):
                throw MatrixException.BadJson("Bad JSON value: float");
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    RefuseFractions(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    RefuseFractions(property.Value);
                }

                break;
            default:
                break;
        }
    }
}

/// <summary>An event before the server has taken it.</summary>
internal sealed record NewEvent(string Type, string Sender, JsonElement Content)
{
    public string? Id { get; init; }

    public string? StateKey { get; init; }

    public string? Redacts { get; init; }

    public long? Timestamp { get; init; }

    public (string Token, string TransactionId)? SentAs { get; init; }
}

/// <summary>A user of the homeserver.</summary>
internal sealed class Account(string userId)
{
    public string UserId => userId;

    public string? DisplayName { get; set; }

    public string? AvatarUrl { get; set; }

    /// <summary>By room (empty: of the account) and type.</summary>
    public Dictionary<(string Room, string Type), JsonElement> Data { get; } = [];

    public HashSet<string> Devices { get; } = [];
}
