namespace Bridge.Testing.Matrix;

/// <summary>
/// Calls for which the homeserver asks the application service: its ping, an alias of its namespace that nobody made yet, an invitation of a ghost nobody
/// registered.
/// </summary>
internal sealed class ServiceCalls(World world, Acts acts, Func<AppService, ServiceClient> clientOf, Action<AppService> retry)
{
    public IEnumerable<Route> Routes =>
    [
        new("POST", "_matrix/client/v1/appservice/{}/ping", Operation.Ping, _ => Answer.Empty) { Waiting = PingAsync },
        new("GET", "_matrix/client/v3/directory/room/{}", Operation.Alias, _ => Answer.Empty) { Waiting = FindAliasAsync, NeedsToken = false },
        new("POST", "_matrix/client/v3/rooms/{}/invite", Operation.Invite, _ => Answer.Empty) { Waiting = InviteAsync },
    ];

    // A ping that gets through makes the pusher try again at once.
    private async Task<Answer> PingAsync(MatrixCall call, CancellationToken cancellationToken)
    {
        if (call.Service is not { } service || service.Id != call[0])
        {
            throw MatrixException.Forbidden("Only the application service itself may ping");
        }

        var answer = await clientOf(service).PingAsync(call.Text("transaction_id"), cancellationToken);
        if (answer.Status == 200)
        {
            retry(service);
        }

        return answer;
    }

    private async Task<Answer> FindAliasAsync(MatrixCall call, CancellationToken cancellationToken)
    {
        AppService? owner;
        lock (world.Gate)
        {
            owner = world.Aliases.ContainsKey(call[0]) ? null : world.Services.Find(service => service.Url is not null && service.OwnsAlias(call[0]));
        }

        if (owner is not null)
        {
            await clientOf(owner).KnowsAliasAsync(call[0], cancellationToken);
        }

        lock (world.Gate)
        {
            return Answer.Ok(new { room_id = world.RoomOf(call[0]).Id, servers = new[] { world.ServerName } });
        }
    }

    // The answer is 200 even when the service says 404.
    private async Task<Answer> InviteAsync(MatrixCall call, CancellationToken cancellationToken)
    {
        var invited = call.Text("user_id") ?? throw MatrixException.BadJson("Missing params: user_id");
        AppService? owner;
        lock (world.Gate)
        {
            owner = world.Accounts.ContainsKey(invited) ? null : world.Services.Find(service => service.Url is not null && service.Owns(invited));
        }

        // Of a ghost that its own service invites there is nothing to ask.
        if (owner is not null && owner != call.Service)
        {
            await clientOf(owner).KnowsUserAsync(invited, cancellationToken);
        }

        lock (world.Gate)
        {
            acts.Membership.Invite(world.RoomOf(call[0]), call.Requester, invited);
            return Answer.Empty;
        }
    }
}
