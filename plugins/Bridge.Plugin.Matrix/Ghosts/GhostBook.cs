using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Ghosts;

/// <summary>
/// The ghosts: each registered before it first speaks, and called as its person is. Every step may be repeated: the homeserver answers a second registration
/// with M_USER_IN_USE, and names and pictures are set only when they differ from what was last set, which is remembered.
/// </summary>
internal sealed class GhostBook(Session session, Profiles profiles, Pictures pictures)
{
    private const string Prefix = "ghost/";
    private const int MostInMemory = 2_000;

    // What the homeserver was last told; read from the sealed state again when it is not here.
    private readonly ConcurrentDictionary<string, GhostProfile> _known = new(StringComparer.Ordinal);

    /// <summary>The ghost of a sender, ready to speak.</summary>
    public async ValueTask<Actor> OfAsync(Sender sender, EndpointId network, CancellationToken cancellationToken)
    {
        var userId = GhostId.Of(session.Options.Ghosts.Prefix, network, sender, session.ServerName);
        var ghost = session.ActorOf(userId)!;
        var known = await KnownAsync(userId, cancellationToken);
        var name = GhostName.Of(session.Options.Ghosts.Name, sender, network);
        if (known is null)
        {
            await RegisterAsync(session, MatrixId.LocalpartOf(userId), cancellationToken);
        }

        // A sender who comes without a name keeps the one it had.
        if (known is null || (known.Name != name && sender.Name is not null))
        {
            var isNamed = await profiles.TryNameAsync(ghost, name, cancellationToken);
            if (isNamed || known is null)
            {
                known = await RememberAsync(userId, new GhostProfile(isNamed ? name : "", known?.Picture));
            }
        }

        if (sender.Picture is { } picture && known.Picture != picture.Value && await pictures.AddressOfAsync(picture, cancellationToken) is { } address
            && await profiles.TryPictureAsync(ghost, address, cancellationToken))
        {
            await RememberAsync(userId, known with { Picture = picture.Value });
        }

        return ghost;
    }

    /// <summary>Whether a user id is a ghost that was ever registered.</summary>
    public async ValueTask<bool> ExistsAsync(string userId, CancellationToken cancellationToken) => await KnownAsync(userId, cancellationToken) is not null;

    /// <summary>Idempotent. The token's own user of this application service.</summary>
    public static async Task RegisterAsync(Session session, string localpart, CancellationToken cancellationToken)
    {
        var asService = session.Bot with { IsAssumed = false };
        try
        {
            var body = new JsonObject { ["type"] = "m.login.application_service", ["username"] = localpart, ["inhibit_login"] = true };
            await session.Client.PostAsync(Paths.Register, asService, body, cancellationToken);
        }
        catch (MatrixException failure) when (failure.Code == MatrixException.UserInUse)
        {
            // An earlier call came through.
        }
    }

    private async ValueTask<GhostProfile?> KnownAsync(string userId, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(userId, out var known))
        {
            return known;
        }

        if (await session.Context.State.GetAsync(Prefix + userId, cancellationToken) is not { } stored)
        {
            return null;
        }

        return InMemory(userId, JsonSerializer.Deserialize<GhostProfile>(stored.Span)!);
    }

    private async Task<GhostProfile> RememberAsync(string userId, GhostProfile profile)
    {
        await session.RememberAsync(new StateChange(Prefix + userId, JsonSerializer.SerializeToUtf8Bytes(profile)));
        return InMemory(userId, profile);
    }

    private GhostProfile InMemory(string userId, GhostProfile profile)
    {
        if (_known.Count >= MostInMemory)
        {
            _known.Clear();
        }

        return _known[userId] = profile;
    }

    /// <summary>What the homeserver was told of a ghost.</summary>
    /// <param name="Name">Its name; empty when it does not take one.</param>
    /// <param name="Picture">The name of the blob, which follows from its bytes; null for none.</param>
    internal sealed record GhostProfile(string Name, string? Picture = null);
}
