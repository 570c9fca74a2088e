using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Ghosts;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Receiving;

namespace Bridge.Plugin.Matrix.ApplicationService;

/// <summary>
/// Where the homeserver calls. A transaction is answered 200 when all of it is durable. A repeat needs no memory: Core knows every event by its id. The last
/// transaction's id and hash only spare the work, since homeservers have been seen to send other events under a used id.
/// </summary>
internal sealed class Desk(Session session, Registration registration, Receiver receiver, GhostBook ghosts)
{
    private const string Root = "/_matrix/app/v1/";

    private readonly byte[] _secret = SHA256.HashData(Encoding.UTF8.GetBytes(registration.HsToken.Reveal()));
    private volatile Stored? _last;

    private sealed record Stored(string Transaction, byte[] Hash);

    /// <summary>Called for every request that reached this endpoint: it is a stranger's until it has shown the token.</summary>
    public async Task<HttpReply> ServeAsync(HttpCall call, CancellationToken cancellationToken)
    {
        if (TokenOf(call) is not { } token)
        {
            return Replies.Error(401, MatrixException.MissingToken);
        }

        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), _secret))
        {
            session.Context.Drops.Dropped("a call with a wrong hs_token");
            return Replies.Error(403, MatrixException.Forbidden);
        }

        // Before version 1 of the interface the paths had no root; some homeservers still try them.
        var path = call.Path.StartsWith(Root, StringComparison.Ordinal) ? call.Path[Root.Length..] : call.Path.TrimStart('/');
        var split = path.IndexOf('/', StringComparison.Ordinal);
        var (what, rest) = split < 0 ? (path, "") : (path[..split], Uri.UnescapeDataString(path[(split + 1)..]));
        return (what, call.Method) switch
        {
            ("transactions", "PUT") when rest.Length > 0 => await TakeAsync(rest, call.Body, cancellationToken),
            ("users", "GET") when rest.Length > 0 => await IsKnownAsync(rest, cancellationToken) ? Replies.Empty : Replies.Error(404, MatrixException.NotFound),
            ("rooms", "GET") when rest.Length > 0 => Replies.Error(404, MatrixException.NotFound), // Bridge makes its aliases together with their rooms
            ("ping", "POST") => Replies.Empty,
            ("transactions" or "users" or "rooms" or "ping", _) => Replies.Error(405, MatrixException.Unrecognized),
            _ => Replies.Error(404, MatrixException.Unrecognized),
        };
    }

    private async Task<HttpReply> TakeAsync(string transaction, Stream body, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        await body.CopyToAsync(whole, cancellationToken);
        var bytes = whole.GetBuffer().AsMemory(0, (int)whole.Length);
        var hash = SHA256.HashData(bytes.Span);
        if (_last is { } last && last.Transaction == transaction && last.Hash.AsSpan().SequenceEqual(hash))
        {
            return Replies.Empty;
        }

        JsonElement content;
        try
        {
            content = Json.Parse(bytes.Span);
        }
        catch (JsonException)
        {
            return Replies.Error(400, "M_NOT_JSON");
        }

        if (content.ValueKind != JsonValueKind.Object)
        {
            return Replies.Error(400, "M_BAD_JSON");
        }

        // Synapse sends what passes under its unstable name alone, others under the stable one; both together would be the same twice.
        var passing = content.Get("ephemeral") is null ? content.ItemsOf("de.sorunome.msc2409.ephemeral") : content.ItemsOf("ephemeral");
        await receiver.AcceptAsync(content.ItemsOf("events").Select(value => new Told(value)), passing.Select(value => new Told(value)), [], cancellationToken);
        _last = new Stored(transaction, hash);
        return Replies.Empty;
    }

    private async ValueTask<bool> IsKnownAsync(string userId, CancellationToken cancellationToken) =>
        userId == session.Bot.UserId || (session.IsGhost(userId) && await ghosts.ExistsAsync(userId, cancellationToken));

    private static string? TokenOf(HttpCall call)
    {
        if (call.Headers.TryGetValue("Authorization", out var header) && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header["Bearer ".Length..].Trim();
        }

        return call.Query.FirstOrDefault(parameter => parameter.Key == "access_token").Value;
    }
}
