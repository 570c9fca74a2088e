using System.Security.Cryptography;
using System.Text;

namespace Bridge.Core.Sealing;

/// <summary>
/// The root key for one slot: encrypted to the slot's public key (P-256), so that a new root key reaches every slot, also those whose passphrase or code
/// is not at hand. The private key stands in the slot, wrapped under what the operator has. Form: ephemeral public key (65), wrapped key (60).
/// </summary>
internal static class RootWrap
{
    private const int CoordinateLength = 32;
    private const int PublicLength = 1 + 2 * CoordinateLength;
    private const byte Uncompressed = 4;

    /// <summary>A new pair: the public key, and the 32 bytes of the private one.</summary>
    public static (byte[] Public, byte[] Private) NewPair()
    {
        using var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var parameters = pair.ExportParameters(includePrivateParameters: true);
        return (Public(parameters), parameters.D!);
    }

    public static byte[] Wrap(byte[] slotPublic, byte[] root, byte[] purpose)
    {
        using var theirs = Import(slotPublic, null);
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var mine = Public(ephemeral.ExportParameters(includePrivateParameters: false));
        var key = WrappingKey(ephemeral, theirs, mine, slotPublic);
        try
        {
            return [.. mine, .. KeyWrap.Wrap(key, root, purpose)];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Null when it is damaged, or was wrapped for another slot or purpose.</summary>
    public static byte[]? Unwrap(byte[] slotPublic, byte[] slotPrivate, byte[] wrapped, byte[] purpose)
    {
        if (wrapped.Length < PublicLength)
        {
            return null;
        }

        try
        {
            var theirs = wrapped[..PublicLength];
            using var ephemeral = Import(theirs, null);
            using var mine = Import(slotPublic, slotPrivate);
            return KeyWrap.Unwrap(WrappingKey(mine, ephemeral, theirs, slotPublic), wrapped.AsSpan(PublicLength), purpose);
        }
        catch (CryptographicException)
        {
            return null; // no point of the curve
        }
    }

    private static byte[] WrappingKey(ECDiffieHellman mine, ECDiffieHellman theirs, byte[] ephemeral, byte[] slot)
    {
        var shared = mine.DeriveRawSecretAgreement(theirs.PublicKey);
        try
        {
            return HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, KeyWrap.KeyLength, (byte[])[.. ephemeral, .. slot], Encoding.UTF8.GetBytes("bridge 1 slot root"));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    private static byte[] Public(ECParameters parameters) => [Uncompressed, .. parameters.Q.X!, .. parameters.Q.Y!];

    private static ECDiffieHellman Import(byte[] point, byte[]? scalar)
    {
        if (point.Length != PublicLength || point[0] != Uncompressed)
        {
            throw new CryptographicException("no public key");
        }

        return ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point[1..(1 + CoordinateLength)], Y = point[(1 + CoordinateLength)..] },
            D = scalar,
        });
    }
}
