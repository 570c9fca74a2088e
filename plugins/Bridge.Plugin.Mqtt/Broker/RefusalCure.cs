using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What the one who runs the broker can do for a refused client. Names options, never what the client said.</summary>
internal static class RefusalCure
{
    /// <summary>What the client itself is told, in version 5; null where that would help somebody who guesses.</summary>
    public static string? ForClient(ReasonCode reason) => reason switch
    {
        ReasonCode.ConnectionRateExceeded => "too many connections or failed logins: wait a minute",
        ReasonCode.QuotaExceeded => "the broker keeps as many sessions of this user, or serves as many of its clients, as it may",
        ReasonCode.ServerBusy => "as many clients are connected as may be",
        ReasonCode.ClientIdentifierNotValid => "a client id has at most 256 characters",
        ReasonCode.BadAuthenticationMethod => "only user name and password are supported",
        _ => null,
    };

    public static string Of(ReasonCode reason, bool anonymous) => reason switch
    {
        ReasonCode.NotAuthorized when anonymous =>
            "it gave no user name, and 'embedded.anonymous' or its will does not let it in: add it to 'embedded.users' and let it log in",
        ReasonCode.NotAuthorized => "its will is not in the user's 'publish' filters, or its client id belongs to another user's session",
        ReasonCode.BadUserNameOrPassword => "its user name and password are not those of one in 'embedded.users'",
        ReasonCode.ClientIdentifierNotValid => "its client id is longer than 256 characters, or empty without a clean session",
        ReasonCode.BadAuthenticationMethod => "only user name and password are supported: turn off its enhanced authentication",
        ReasonCode.ConnectionRateExceeded =>
            "it fails to log in, or connects, again and again: correct its password, give each device a client id of its own, or raise 'embedded.limits.connects'",
        ReasonCode.QuotaExceeded =>
            "its user has as many sessions or connected clients as may be: let clients keep their client ids, give them a shorter session expiry, "
            + "or raise 'embedded.limits.sessions' or 'embedded.limits.user_clients'",
        ReasonCode.ServerBusy => "as many clients are connected as may be: raise 'embedded.limits.clients'",
        _ => "see the client's own log",
    };
}
