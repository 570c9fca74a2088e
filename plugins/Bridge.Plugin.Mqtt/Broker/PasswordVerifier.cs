using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// Compares passwords. A hash takes long by design, so it is computed beside the clients' own work, few at a time; who got it right once is recognised at
/// once by a keyed digest that lives in memory alone; and who fails often from one place waits.
/// </summary>
internal sealed class PasswordVerifier(TimeProvider clock) : IDisposable
{
    private const int FailuresPerMinute = 10;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly ConcurrentDictionary<string, byte[]> _verified = new(StringComparer.Ordinal);
    private readonly TokenBuckets<(IPAddress From, string? User)> _failures = new(clock);
    private readonly SemaphoreSlim _places = new(Math.Clamp(Environment.ProcessorCount / 2, 1, FailuresPerMinute / 2));

    public enum Verdict
    {
        Right,
        Wrong,

        /// <summary>It was not even looked at.</summary>
        TooManyFailures,
    }

    /// <param name="name">As the client said.</param>
    /// <param name="user">Null when there is none of this name.</param>
    /// <param name="standIn">Whose password is compared then, so that it takes as long as a wrong one.</param>
    /// <param name="password">As the client said.</param>
    /// <param name="from">Failures are counted for a known user and place apart from all others, so that one confused device locks out no other.</param>
    /// <param name="cancellationToken">The client went.</param>
    public async ValueTask<Verdict> VerifyAsync(
        string name, EmbeddedUser? user, EmbeddedUser? standIn, ReadOnlyMemory<byte> password, IPAddress from, CancellationToken cancellationToken)
    {
        var digest = user is null ? null : DigestOf(user, password.Span);
        if (IsVerified(name, digest))
        {
            return Verdict.Right;
        }

        var peer = (NetworkOf(from), user is null ? null : name);
        if (!_failures.Has(peer, FailuresPerMinute))
        {
            return Verdict.TooManyFailures;
        }

        var compared = user ?? standIn;
        var takesLong = compared?.PasswordHash is not null;
        if (takesLong)
        {
            await _places.WaitAsync(cancellationToken);
        }

        try
        {
            return await CompareAsync(name, compared, digest, password, peer);
        }
        finally
        {
            if (takesLong)
            {
                _places.Release();
            }
        }
    }

    public void Dispose() => _places.Dispose();

    private async ValueTask<Verdict> CompareAsync(
        string name, EmbeddedUser? compared, byte[]? digest, ReadOnlyMemory<byte> password, (IPAddress From, string? User) peer)
    {
        if (IsVerified(name, digest))
        {
            // Another of the same user was right meanwhile.
            return Verdict.Right;
        }

        // Taken before it is compared: many attempts side by side are no more than one after the other. Only for those that have a place, so that
        // many clients that are right do not use up each other's.
        if (!_failures.TryTake(peer, FailuresPerMinute))
        {
            return Verdict.TooManyFailures;
        }

        if (!await MatchesAsync(compared, password) || digest is null)
        {
            return Verdict.Wrong;
        }

        _failures.GiveBack(peer, FailuresPerMinute);
        _verified[name] = digest;
        return Verdict.Right;
    }

    private bool IsVerified(string name, byte[]? digest) =>
        digest is not null && _verified.TryGetValue(name, out var verified) && CryptographicOperations.FixedTimeEquals(digest, verified);

    private async ValueTask<bool> MatchesAsync(EmbeddedUser? user, ReadOnlyMemory<byte> password)
    {
        if (user?.PasswordHash is not { } hash)
        {
            return user?.Password is { } plain && EqualsInFixedTime(password.Span, Encoding.UTF8.GetBytes(plain.Reveal()));
        }

        return await Task.Run(() => hash.Matches(password.Span), CancellationToken.None);
    }

    /// <summary>Compares digests, so that neither content nor length shows in the time.</summary>
    private bool EqualsInFixedTime(ReadOnlySpan<byte> given, ReadOnlySpan<byte> expected) =>
        CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, given), HMACSHA256.HashData(_key, expected));

    /// <summary>Of the password together with what is configured: a changed configuration recognises nobody.</summary>
    private byte[] DigestOf(EmbeddedUser user, ReadOnlySpan<byte> password)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(Encoding.UTF8.GetBytes(user.PasswordHash?.Reveal() ?? user.Password?.Reveal() ?? ""));
        hmac.AppendData([0]);
        hmac.AppendData(password);
        return hmac.GetHashAndReset();
    }

    /// <summary>One household has 2^64 addresses of version 6.</summary>
    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6)
        {
            return address;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
