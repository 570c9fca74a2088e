using System.Net;
using System.Security.Cryptography;
using System.Text;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Who may connect, and who may publish and subscribe to what.</summary>
internal sealed class AccessControl(EmbeddedOptions options)
{
    private static readonly Permissions s_everything = new(["#"], ["#"]);

    /// <summary>What the client may do, or null when it may not connect.</summary>
    public Permissions? Admit(ConnectPacket connect, IPAddress from)
    {
        if (connect.Username is not { } name)
        {
            return MayBeAnonymous(from) ? s_everything : null;
        }

        // An unknown user costs the same time as a wrong password.
        var user = options.Users.GetValueOrDefault(name);
        var matches = Matches(connect.Password.GetValueOrDefault().Bytes.Span, user?.Password.Reveal() ?? "");
        return matches && user is not null ? new Permissions(user.Publish, user.Subscribe) : null;
    }

    /// <summary>Whether somebody of this name could still connect.</summary>
    public bool Knows(string? username) => username is null ? options.Anonymous != AnonymousAccess.Never : options.Users.ContainsKey(username);

    private bool MayBeAnonymous(IPAddress from) => options.Anonymous switch
    {
        AnonymousAccess.Always => true,
        AnonymousAccess.Loopback => IPAddress.IsLoopback(from),
        _ => false,
    };

    /// <summary>Compares hashes, so that neither content nor length shows in the time.</summary>
    private static bool Matches(ReadOnlySpan<byte> given, string expected)
    {
        Span<byte> left = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> right = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(given, left);
        SHA256.HashData(Encoding.UTF8.GetBytes(expected), right);
        return CryptographicOperations.FixedTimeEquals(left, right);
    }
}

/// <summary>Topic filters a client may publish to and subscribe to.</summary>
internal sealed record Permissions(IReadOnlyList<string> Publish, IReadOnlyList<string> Subscribe)
{
    public bool MayPublish(string topic)
    {
        foreach (var filter in Publish)
        {
            if (Topic.Matches(filter, topic))
            {
                return true;
            }
        }

        return false;
    }

    public bool MaySubscribe(string filter) => Subscribe.Any(allowed => Covers(allowed, filter));

    /// <summary>Whether everything that the asked filter matches, the allowed one matches too.</summary>
    private static bool Covers(string allowed, string asked)
    {
        var (wide, narrow) = (allowed.Split('/'), asked.Split('/'));
        if (narrow[0].StartsWith('$') && wide[0] is "+" or "#")
        {
            return false;
        }

        for (var i = 0; i < wide.Length; i++)
        {
            if (wide[i] == "#")
            {
                return true;
            }

            if (i == narrow.Length || narrow[i] == "#" || (wide[i] != "+" && wide[i] != narrow[i]))
            {
                return false;
            }
        }

        return wide.Length == narrow.Length;
    }
}
