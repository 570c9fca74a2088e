namespace Bridge.Testing.Matrix;

/// <summary>Finds out who calls.</summary>
internal static class Callers
{
    /// <summary>An application service may act as a user of its namespaces, who must be registered; without <c>user_id</c> it is its own sender.</summary>
    public static void Recognise(World world, MatrixCall call, bool needsToken)
    {
        if (call.Token is null)
        {
            if (needsToken)
            {
                throw new MatrixException(401, "M_MISSING_TOKEN", "Missing access token");
            }

            return;
        }

        call.Service = world.Services.Find(service => service.AsToken == call.Token);
        if (call.Service is { } service)
        {
            call.User = Masquerade(world, call, service);
        }
        else
        {
            call.User = world.Sessions.GetValueOrDefault(call.Token) ?? throw new MatrixException(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.");
        }
    }

    private static string Masquerade(World world, MatrixCall call, AppService service)
    {
        var sender = $"@{service.SenderLocalpart}:{world.ServerName}";
        if (!call.Query.TryGetValue("user_id", out var asked) || asked == sender)
        {
            return sender;
        }

        if (!service.MayActAs(asked))
        {
            throw MatrixException.Forbidden($"Application service cannot masquerade as this user ({asked}).");
        }

        return world.Accounts.ContainsKey(asked) ? asked : throw MatrixException.Forbidden($"Application service has not registered this user ({asked})");
    }
}
