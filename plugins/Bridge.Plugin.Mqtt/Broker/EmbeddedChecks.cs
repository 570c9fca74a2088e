using System.Net;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What the types of <see cref="EmbeddedOptions"/> cannot say.</summary>
internal static class EmbeddedChecks
{
    /// <summary>A queue's packet ids must differ from each other.</summary>
    private const int MaxQueue = 60_000;

    public static IEnumerable<OptionProblem> Of(EmbeddedOptions options)
    {
        if (!IPEndPoint.TryParse(options.Listen, out var listen) || (listen.Port == 0 && !options.Listen.EndsWith(":0", StringComparison.Ordinal)))
        {
            yield return new("embedded.listen", "not an IP address with a port", "write 127.0.0.1:1883, or 0.0.0.0:1883 for all interfaces");
        }

        if (listen is not null && !IPAddress.IsLoopback(listen.Address) && OfExposure(options) is { } exposure)
        {
            yield return exposure;
        }

        if (options.Limits.Clients is < 1 or > 100_000)
        {
            yield return new("embedded.limits.clients", "out of range", "write a number from 1 to 100000");
        }

        if (options.Limits.Packet.Bytes is < 128 or > 268_435_460)
        {
            yield return new("embedded.limits.packet", "out of range", "write a size from 128B to 268MB");
        }

        if (options.Limits.Queue is < 1 or > MaxQueue)
        {
            yield return new("embedded.limits.queue", "out of range", $"write a number from 1 to {MaxQueue}");
        }

        if (options.Limits.Inflight is < 1 or > 10_000)
        {
            yield return new("embedded.limits.inflight", "out of range", "write a number from 1 to 10000");
        }

        if (options.Limits.QueueBytes.Bytes is < 1 or > 1_000_000_000)
        {
            yield return new("embedded.limits.queue_bytes", "out of range", "write a size up to 1GB");
        }

        if (options.Limits.Connects is < 1 or > 1_000_000)
        {
            yield return new("embedded.limits.connects", "out of range", "write a number from 1 to 1000000");
        }

        if (options.Limits.KeepAlive < TimeSpan.Zero || options.Limits.KeepAlive.TotalSeconds > ushort.MaxValue)
        {
            yield return new("embedded.limits.keep_alive", "out of range", "write a duration up to 18h, or 0");
        }

        foreach (var (name, user) in options.Users)
        {
            if (user.Password is null == user.PasswordHash is null)
            {
                yield return new(
                    $"embedded.users.{name}", "a user has either a password or the hash of one", "write 'password', or 'password_hash' with what 'bridge passwd' prints");
            }

            if (user.Publish.Concat(user.Subscribe).Any(filter => Topic.FaultOfFilter(filter) is not null))
            {
                yield return new($"embedded.users.{name}", "one of its topic filters is ill-formed", "+ stands for a whole level, # alone as the last level");
            }
        }
    }

    private static OptionProblem? OfExposure(EmbeddedOptions options) => options.Anonymous switch
    {
        AnonymousAccess.Always => new(
            "embedded.anonymous", "whoever reaches the port may publish and subscribe to everything", "write 'anonymous: loopback' and give each device a user")
        {
            IsWarning = true,
        },
        _ when options.Users.Count > 0 => null,
        _ => new("embedded.listen", "nobody outside this machine can connect: there are no users", "add 'users', or listen on 127.0.0.1") { IsWarning = true },
    };
}
