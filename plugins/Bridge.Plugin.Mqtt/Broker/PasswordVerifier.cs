using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// Compares passwords. A hash takes long by design, so it is computed beside the clients' own work, few at a time; who got it right once is
/// recognised at once by a keyed digest that lives in memory alone; and who fails often from one place waits. A wrong password takes as long for one
/// name as for any other, and a name that does not exist is one like the others: what is refused does not say which users there are.
/// </summary>
internal sealed class PasswordVerifier(TimeProvider clock) : IDisposable
{
    /// <summary>With one name from one network.</summary>
    private const int FailuresPerMinute = 10;

    /// <summary>With any names from one network.</summary>
    private const int FailuresOfNetworkPerMinute = 600;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly ConcurrentDictionary<string, byte[]> _verified = new(StringComparer.Ordinal);
    private readonly TokenBuckets<(IPAddress Network, ulong Name)> _failures = new(clock);
    private readonly TokenBuckets<IPAddress> _failuresOfNetworks = new(clock);
    private readonly SemaphoreSlim _places = new(Math.Clamp(Environment.ProcessorCount / 2, 1, FailuresPerMinute / 2));

    public enum Verdict
    {
        Right,
        Wrong,

        /// <summary>It was not even looked at.</summary>
        TooManyFailures,
    }

    /// <summary>Failures are counted for a name and a network apart from all others, so that one confused device locks out no other.</summary>
    public async ValueTask<Verdict> VerifyAsync(
        LoginAttempt attempt, IReadOnlyDictionary<string, EmbeddedUser> users, CancellationToken cancellationToken)
    {
        var user = users.GetValueOrDefault(attempt.Name);
        var digest = DigestOf(user, attempt.Password.Span);
        if (IsVerified(attempt.Name, user, digest))
        {
            return Verdict.Right;
        }

        var network = Networks.Of(attempt.From);
        var name = BinaryPrimitives.ReadUInt64BigEndian(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(attempt.Name)));
        if (!_failures.Has((network, name), FailuresPerMinute) || !_failuresOfNetworks.Has(network, FailuresOfNetworkPerMinute))
        {
            return Verdict.TooManyFailures;
        }

        var cost = users.Values.Max(static other => other.PasswordHash?.Iterations) ?? 0;
        if (cost > 0)
        {
            await _places.WaitAsync(cancellationToken);
        }

        try
        {
            return await CompareAsync(attempt, user, digest, (network, name), cost);
        }
        finally
        {
            if (cost > 0)
            {
                _places.Release();
            }
        }
    }

    public void Dispose() => _places.Dispose();

    private async ValueTask<Verdict> CompareAsync(
        LoginAttempt attempt, EmbeddedUser? user, byte[] digest, (IPAddress Network, ulong Name) peer, int cost)
    {
        if (IsVerified(attempt.Name, user, digest))
        {
            // Another of the same user was right meanwhile.
            return Verdict.Right;
        }

        // Taken before it is compared: many attempts side by side are no more than one after the other. Only for those that have a place, so that
        // many clients that are right do not use up each other's.
        if (!_failures.TryTake(peer, FailuresPerMinute) || !_failuresOfNetworks.TryTake(peer.Network, FailuresOfNetworkPerMinute))
        {
            return Verdict.TooManyFailures;
        }

        if (!await MatchesAsync(user, attempt.Password, cost))
        {
            return Verdict.Wrong;
        }

        _failures.GiveBack(peer, FailuresPerMinute);
        _failuresOfNetworks.GiveBack(peer.Network, FailuresOfNetworkPerMinute);
        _verified[attempt.Name] = digest;
        return Verdict.Right;
    }

    private bool IsVerified(string name, EmbeddedUser? user, byte[] digest) =>
        user is not null && _verified.TryGetValue(name, out var verified) && CryptographicOperations.FixedTimeEquals(digest, verified);

    /// <param name="user">Null when there is none of this name.</param>
    /// <param name="password">As the client said.</param>
    /// <param name="cost">The iterations of the slowest hash: every failure costs as many.</param>
    private async ValueTask<bool> MatchesAsync(EmbeddedUser? user, ReadOnlyMemory<byte> password, int cost)
    {
        if (user?.PasswordHash is null && cost == 0)
        {
            return IsPlain(user, password.Span);
        }

        return await Task.Run(
            () =>
            {
                if (user?.PasswordHash is { } hash ? hash.Matches(password.Span) && !password.IsEmpty : IsPlain(user, password.Span))
                {
                    return true;
                }

                Waste(password.Span, cost - (user?.PasswordHash?.Iterations ?? 0));
                return false;
            },
            CancellationToken.None);
    }

    /// <summary>No password, and an empty one, are right for nobody.</summary>
    private bool IsPlain(EmbeddedUser? user, ReadOnlySpan<byte> password) =>
        EqualsInFixedTime(password, Encoding.UTF8.GetBytes(user?.Password?.Reveal() ?? "")) && !password.IsEmpty;

    private void Waste(ReadOnlySpan<byte> password, int iterations)
    {
        if (iterations > 0)
        {
            Rfc2898DeriveBytes.Pbkdf2(password, _key, iterations, HashAlgorithmName.SHA256, HMACSHA256.HashSizeInBytes);
        }
    }

    /// <summary>Compares digests, so that neither content nor length shows in the time.</summary>
    private bool EqualsInFixedTime(ReadOnlySpan<byte> given, ReadOnlySpan<byte> expected) =>
        CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, given), HMACSHA256.HashData(_key, expected));

    /// <summary>Of the password together with what is configured: a changed configuration recognises nobody.</summary>
    private byte[] DigestOf(EmbeddedUser? user, ReadOnlySpan<byte> password)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(Encoding.UTF8.GetBytes(user?.PasswordHash?.Reveal() ?? user?.Password?.Reveal() ?? ""));
        hmac.AppendData([0]);
        hmac.AppendData(password);
        return hmac.GetHashAndReset();
    }
}
