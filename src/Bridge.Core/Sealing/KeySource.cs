using System.Security.Cryptography;
using System.Text;

namespace Bridge.Core.Sealing;

/// <summary>Something the operator has that opens a slot: a 32-byte key or a passphrase. Prints without its secret.</summary>
public sealed class KeySource
{
    /// <summary>Characters of a passphrase that may begin to open something. Slots with shorter ones, of an earlier version, still open.</summary>
    public const int ShortestPassphrase = 12;

    private const string KeyKdf = "hkdf-sha256";
    private const string PassphraseKdf = "pbkdf2-sha256";
    private const int Iterations = 600_000;
    private const int MostIterations = 20_000_000; // a damaged slot must not hang the start
    private readonly byte[] _secret;
    private readonly bool _isPassphrase;

    private KeySource(string kind, string place, byte[] secret, bool isPassphrase) =>
        (Kind, Place, _secret, _isPassphrase) = (kind, place, secret, isPassphrase);

    /// <summary>config, credential, environment, key-file, passphrase or recovery-code.</summary>
    public string Kind { get; }

    /// <summary>Where it comes from, for messages.</summary>
    public string Place { get; }

    /// <summary>What the operator should know about this source; null when all is well.</summary>
    public string? Notice { get; init; }

    /// <summary>A person typed it: it opens what is there, and never begins a new data folder.</summary>
    public bool IsTyped { get; init; }

    /// <summary>A 32-byte key.</summary>
    public static KeySource FromKey(string kind, string place, byte[] key, string? notice = null) => key.Length == KeyWrap.KeyLength
        ? new KeySource(kind, place, key, isPassphrase: false) { Notice = notice }
        : throw new KeyException($"the key of {place} must have 32 bytes, not {key.Length}");

    /// <summary>A 32-byte key as 64 hexadecimal or 44 base64 characters; surrounding white space is ignored.</summary>
    public static KeySource FromText(string kind, string place, string text, string? notice = null)
    {
        var trimmed = text.AsSpan().Trim();
        var key = new byte[KeyWrap.KeyLength];
        var read = trimmed.Length switch
        {
            64 => Convert.FromHexString(trimmed, key, out _, out var written) == System.Buffers.OperationStatus.Done ? written : 0,
            44 => Convert.TryFromBase64Chars(trimmed, key, out var written) ? written : 0,
            _ => 0,
        };
        return read == key.Length
            ? FromKey(kind, place, key, notice)
            : throw new KeyException($"the key of {place} must be 32 bytes as 64 hexadecimal or 44 base64 characters (make one: openssl rand -hex 32)");
    }

    /// <summary>A passphrase; opening takes a fraction of a second on purpose.</summary>
    public static KeySource FromPassphrase(string place, string passphrase, string? notice = null) =>
        new("passphrase", place, Encoding.UTF8.GetBytes(passphrase.Normalize()), isPassphrase: true)
        {
            Notice = passphrase.Length >= ShortestPassphrase ? notice
                : $"The passphrase of {place} has fewer than {ShortestPassphrase} characters, and whoever has the disk can try as many as they like: "
                    + "add a longer one (bridge keys add passphrase), and take this one away (bridge keys remove)",
        };

    /// <summary>A code made by <see cref="RecoveryCode.New"/>. Throws <see cref="KeyException"/> when it is mistyped.</summary>
    public static KeySource FromRecoveryCode(string code) => new("recovery-code", "written down", RecoveryCode.Read(code), isPassphrase: false);

    /// <summary>What somebody typed to unlock: a recovery code where it looks like one, else a passphrase.</summary>
    public static KeySource FromTyped(string text)
    {
        var source = RecoveryCode.IsLike(text) ? FromRecoveryCode(text) : FromPassphrase("typed", text);
        return new KeySource(source.Kind, "typed", source._secret, source._isPassphrase) { IsTyped = true };
    }

    public override string ToString() => $"{Kind} ({Place})";

    /// <summary>Throws <see cref="KeyException"/> when this may open what is there, and nothing more.</summary>
    internal void ThrowIfWeak()
    {
        if (_isPassphrase && Encoding.UTF8.GetCharCount(_secret) < ShortestPassphrase)
        {
            throw new KeyException(
                $"the passphrase of {Place} is too short: it needs {ShortestPassphrase} characters, for whoever has the disk can try as many "
                + "as they like (take four or five words)");
        }
    }

    internal SlotParameters NewParameters() => _isPassphrase
        ? new SlotParameters(PassphraseKdf, Iterations, RandomNumberGenerator.GetBytes(16))
        : new SlotParameters(KeyKdf, 0, RandomNumberGenerator.GetBytes(16));

    /// <summary>The key that wraps the root key in a slot; null when the slot is of the other kind (key or passphrase).</summary>
    internal byte[]? SlotKey(SlotParameters parameters) => parameters.Kdf switch
    {
        KeyKdf when !_isPassphrase =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, KeyWrap.KeyLength, parameters.Salt, "bridge 1 slot"u8.ToArray()),
        PassphraseKdf when _isPassphrase && parameters.Iterations is > 0 and <= MostIterations =>
            Rfc2898DeriveBytes.Pbkdf2(_secret, parameters.Salt, parameters.Iterations, HashAlgorithmName.SHA256, KeyWrap.KeyLength),
        _ => null,
    };
}
