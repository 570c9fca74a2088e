using System.Net;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Who may connect, and what each may do. Follows the options in force.</summary>
internal sealed class AccessControl(BrokerState state, PasswordVerifier passwords)
{
    private EmbeddedOptions Options => state.Options;

    /// <summary>Success, or why it may not connect.</summary>
    public async ValueTask<ReasonCode> AdmitAsync(ConnectPacket connect, ClientConnection connection)
    {
        if (connection.CertificateUser is { } proven)
        {
            return Options.Users.ContainsKey(proven) ? ReasonCode.Success : ReasonCode.NotAuthorized;
        }

        if (connect.Username is not { } name)
        {
            return MayBeAnonymous(connection.From) ? ReasonCode.Success : ReasonCode.NotAuthorized;
        }

        var attempt = new LoginAttempt(name, connect.Password.GetValueOrDefault().Bytes, connection.From);
        return await passwords.VerifyAsync(attempt, Options.Users, connection.Closed) switch
        {
            PasswordVerifier.Verdict.Right => ReasonCode.Success,
            PasswordVerifier.Verdict.TooManyFailures => ReasonCode.ConnectionRateExceeded,
            _ => ReasonCode.BadUserNameOrPassword,
        };
    }

    /// <summary>What a client of this user may do now; a user who was removed may do nothing.</summary>
    public Permissions PermissionsOf(string? username, string clientId) =>
        username is null ? Permissions.Everything
        : Options.Users.TryGetValue(username, out var user) ? Permissions.Of(user, username, clientId)
        : Permissions.None;

    /// <summary>Whether somebody of this name could still connect.</summary>
    public bool Knows(string username) => Options.Users.ContainsKey(username);

    /// <summary>Whether somebody who connected under the options before may stay.</summary>
    public bool MayStay(string? username, ClientConnection connection, EmbeddedOptions before)
    {
        if (username is null)
        {
            return MayBeAnonymous(connection.From);
        }

        if (connection.CertificateUser is not null)
        {
            return Options.Users.ContainsKey(username);
        }

        return Options.Users.TryGetValue(username, out var user) && before.Users.TryGetValue(username, out var old) && user.LogsInLike(old);
    }

    /// <summary>So many clients of one user may be connected: the rest of the places is for the others, if there can be others.</summary>
    public int ShareOf(EmbeddedLimits limits)
    {
        var users = Options.Users.Count + (Options.Anonymous == AnonymousAccess.Never ? 0 : 1);
        return limits.UserClients ?? (users > 1 ? Math.Max(1, limits.Clients - (limits.Clients / 4)) : limits.Clients);
    }

    private bool MayBeAnonymous(IPAddress from) => Options.Anonymous switch
    {
        AnonymousAccess.Always => true,
        AnonymousAccess.Loopback => IPAddress.IsLoopback(from),
        _ => false,
    };
}
