using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What the types of <see cref="EmbeddedOptions"/> cannot say.</summary>
internal static class EmbeddedChecks
{
    /// <summary>A queue's packet ids must differ from each other.</summary>
    private const int MaxQueue = 60_000;

    public static IEnumerable<OptionProblem> Of(EmbeddedOptions options) =>
        [.. ListenChecks.Of(options), .. OfLimits(options.Limits), .. options.Users.SelectMany(user => OfUser(user.Key, user.Value, options.Tls))];

    private static IEnumerable<OptionProblem> OfLimits(EmbeddedLimits limits)
    {
        if (limits.Clients is < 1 or > 100_000)
        {
            yield return new("embedded.limits.clients", "out of range", "write a number from 1 to 100000");
        }

        if (limits.UserClients is { } share && (share < 1 || share > limits.Clients))
        {
            yield return new("embedded.limits.user_clients", "out of range", "write a number from 1 to that of 'clients'");
        }

        if (limits.Sessions is < 1 or > 1_000_000)
        {
            yield return new("embedded.limits.sessions", "out of range", "write a number from 1 to 1000000");
        }

        if (limits.Packet.Bytes is < 128 or > 268_435_460)
        {
            yield return new("embedded.limits.packet", "out of range", "write a size from 128B to 268MB");
        }

        if (limits.Queue is < 1 or > MaxQueue)
        {
            yield return new("embedded.limits.queue", "out of range", $"write a number from 1 to {MaxQueue}");
        }

        if (limits.Inflight is < 1 or > 10_000)
        {
            yield return new("embedded.limits.inflight", "out of range", "write a number from 1 to 10000");
        }

        if (limits.QueueBytes.Bytes is < 1 or > 1_000_000_000)
        {
            yield return new("embedded.limits.queue_bytes", "out of range", "write a size up to 1GB");
        }

        if (limits.Connects is < 1 or > 1_000_000)
        {
            yield return new("embedded.limits.connects", "out of range", "write a number from 1 to 1000000");
        }

        if (limits.KeepAlive < TimeSpan.Zero || limits.KeepAlive.TotalSeconds > ushort.MaxValue)
        {
            yield return new("embedded.limits.keep_alive", "out of range", "write a duration up to 18h, or 0");
        }
    }

    private static IEnumerable<OptionProblem> OfUser(string name, EmbeddedUser user, EmbeddedTls? tls)
    {
        if (user.Password is not null && user.PasswordHash is not null)
        {
            yield return new($"embedded.users.{name}", "a user has either a password or the hash of one", "remove one of them");
        }

        if (user.Password is null && user.PasswordHash is null && tls is not { CertificateUser: true })
        {
            yield return new(
                $"embedded.users.{name}", "a user needs a password",
                "write 'password_hash' with what 'bridge passwd' prints, or 'password', or let certificates name users: tls.ca and tls.certificate_user");
        }

        if (user.Password?.Reveal() == "")
        {
            yield return new($"embedded.users.{name}.password", "an empty password keeps nobody out", "write one, or remove the user");
        }

        if (user.Publish.Concat(user.Subscribe).Any(filter => Topic.FaultOfFilter(filter) is not null))
        {
            yield return new($"embedded.users.{name}", "one of its topic filters is ill-formed", "+ stands for a whole level, # alone as the last level");
        }

        if (user.Publish.Concat(user.Subscribe).Any(filter => filter.StartsWith("$share/", StringComparison.Ordinal)))
        {
            yield return new(
                $"embedded.users.{name}", "a permission names a shared subscription", "write the filter alone: it holds for every group that shares it");
        }
    }
}
