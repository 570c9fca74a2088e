using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>Who one is, and what one is called.</summary>
internal sealed class AccountCalls(World world, Membership membership, HomeserverOptions options)
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "_matrix/client/versions", Operation.Versions, _ => Versions()) { NeedsToken = false },
        new("GET", "_matrix/client/v3/account/whoami", Operation.WhoAmI, call => Answer.Ok(new { user_id = call.Requester, is_guest = false })),
        new("GET", "_matrix/client/v3/capabilities", Operation.Capabilities, _ => Capabilities()),
        new("POST", "_matrix/client/v3/register", Operation.Register, Register),
        new("GET", "_matrix/client/v3/profile/{}", Operation.Profile, call => Profile(call, null)) { NeedsToken = false },
        new("GET", "_matrix/client/v3/profile/{}/{}", Operation.Profile, call => Profile(call, call[1])) { NeedsToken = false },
        new("PUT", "_matrix/client/v3/profile/{}/{}", Operation.SetProfile, SetProfile),
        new("GET", "_matrix/client/v3/user/{}/account_data/{}", Operation.AccountData, call => Data(call, "", call[1])),
        new("PUT", "_matrix/client/v3/user/{}/account_data/{}", Operation.AccountData, call => SetData(call, "", call[1])),
        new("GET", "_matrix/client/v3/user/{}/rooms/{}/account_data/{}", Operation.AccountData, call => Data(call, call[1], call[2])),
        new("PUT", "_matrix/client/v3/user/{}/rooms/{}/account_data/{}", Operation.AccountData, call => SetData(call, call[1], call[2])),
        new("POST", "_matrix/client/v3/user/{}/filter", Operation.Filter, call => Filter(call)),
        new("PUT", "_matrix/client/v3/devices/{}", Operation.Device, PutDevice),
    ];

    // Outside the namespace: M_EXCLUSIVE; taken: M_USER_IN_USE. A server with OAuth has no logins for application services, and says so.
    private Answer Register(MatrixCall call)
    {
        var service = call.Service ?? throw MatrixException.Forbidden("Registration has been disabled.");
        var json = call.Json();
        if (call.Text("type") != "m.login.application_service")
        {
            throw new MatrixException(400, "M_UNKNOWN", "Unknown registration type");
        }

        var inhibits = json.TryGetProperty("inhibit_login", out var inhibit) && inhibit.ValueKind == JsonValueKind.True;
        if (options.RequiresInhibitLogin && !inhibits)
        {
            throw new MatrixException(
                400, "IO.ELEMENT.MSC4190.M_APPSERVICE_LOGIN_UNSUPPORTED", "This appservice has MSC4190 enabled, so the inhibit_login parameter must be set to true.");
        }

        var localpart = call.Text("username") ?? throw MatrixException.BadJson("Desired Username is missing");
        if (localpart.Any(letter => letter is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '=' or '-' or '/' or '+')))
        {
            throw new MatrixException(400, "M_INVALID_USERNAME", "User ID can only contain characters a-z, 0-9, or '=_-./+'");
        }

        var userId = $"@{localpart}:{world.ServerName}";
        if (userId.Length > 255)
        {
            throw new MatrixException(400, "M_INVALID_USERNAME", "User ID may not be longer than 255 characters");
        }

        if (!service.Owns(userId) && localpart != service.SenderLocalpart)
        {
            throw new MatrixException(400, "M_EXCLUSIVE", "Invalid user localpart for this application service.");
        }

        world.Add(userId).DisplayName = localpart;
        return inhibits ? Answer.Ok(new { user_id = userId, home_server = world.ServerName })
            : Answer.Ok(new { user_id = userId, home_server = world.ServerName, access_token = "syt_" + World.RandomName(12), device_id = World.RandomName(6) });
    }

    // An unknown user's profile asks no application service.
    private Answer Profile(MatrixCall call, string? field)
    {
        var account = world.Accounts.GetValueOrDefault(call[0]) ?? throw MatrixException.NotFound("Profile was not found");
        var profile = new Dictionary<string, string>();
        if (account.DisplayName is { } name && field is null or "displayname")
        {
            profile["displayname"] = account.DisplayName ?? "";
        }

        if (account.AvatarUrl is { } avatar && field is null or "avatar_url")
        {
            profile["avatar_url"] = account.AvatarUrl ?? "";
        }

        return Answer.Ok(profile);
    }

    private Answer SetProfile(MatrixCall call)
    {
        var account = Own(call);
        var value = call.Text(call[1]);
        var (name, avatar) = call[1] == "displayname" ? (value, account.AvatarUrl) : (account.DisplayName, value);
        membership.SetProfile(account, name is "" ? null : name, avatar is "" ? null : avatar);
        return Answer.Empty;
    }

    private Answer Data(MatrixCall call, string room, string type) => Own(call).Data.TryGetValue((room, type), out var data)
        ? Answer.Ok(data) : throw MatrixException.NotFound("Account data not found");

    private Answer SetData(MatrixCall call, string room, string type)
    {
        Own(call).Data[(room, type)] = call.Json();
        return Answer.Empty;
    }

    private Answer Filter(MatrixCall call)
    {
        var account = Own(call);
        var id = account.Data.Count(entry => entry.Key.Room == "filter").ToString();
        account.Data[("filter", id)] = call.Json();
        return Answer.Ok(new { filter_id = id });
    }

    private Answer PutDevice(MatrixCall call) =>
        new(world.Accounts[call.Requester].Devices.Add(call[0]) ? 201 : 200, "{}"u8.ToArray());

    private Account Own(MatrixCall call) => call[0] == call.Requester && world.Accounts.TryGetValue(call[0], out var account)
        ? account : throw MatrixException.Forbidden("Cannot do that for another user");

    private Answer Versions() => Answer.Ok(new { versions = options.Versions, unstable_features = new { } });

    private Answer Capabilities() => Answer.Ok(new Dictionary<string, object>
    {
        ["capabilities"] = new Dictionary<string, object>
        {
            ["m.room_versions"] = new Dictionary<string, object>
            {
                ["default"] = options.DefaultRoomVersion,
                ["available"] = new Dictionary<string, string> { ["10"] = "stable", ["11"] = "stable", ["12"] = "stable" },
            },
        },
    });
}
