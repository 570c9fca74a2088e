using System.Security.Cryptography;
using Bridge.Abstractions;
using Bridge.Core.Storage;

namespace Bridge.Core.Sealing;

/// <summary>What the configuration says opens the data folder.</summary>
public sealed record ConfiguredKey(Secret Secret, bool IsPassphrase = false);

/// <summary>
/// Where the root key's opener comes from. The first place that has something is taken, and it must fit: trying the next one would hide a
/// mistake. Order: configuration, systemd credential, environment, key file in the data folder.
/// </summary>
public static class KeySources
{
    public const string KeyFileName = "bridge.key";
    public const string Credential = "bridge-key";
    public const string PassphraseCredential = "bridge-passphrase";
    public const string KeyVariable = "BRIDGE_KEY";
    public const string PassphraseVariable = "BRIDGE_PASSPHRASE";

    private const string VisibleToOthers = "can be seen by other programs of this user and by whoever reads the unit file or compose file; prefer a systemd credential or a key file";

    /// <summary>Null when no place has anything.</summary>
    public static KeySource? Find(string folder, ConfiguredKey? configured, Func<string, string?> environment)
    {
        if (configured is not null)
        {
            return configured.IsPassphrase
                ? KeySource.FromPassphrase("storage.encryption.passphrase", configured.Secret.Reveal())
                : KeySource.FromText("config", "storage.encryption.key", configured.Secret.Reveal());
        }

        if (environment("CREDENTIALS_DIRECTORY") is { Length: > 0 } credentials && FromCredential(credentials) is { } credential)
        {
            return credential;
        }

        if (environment(KeyVariable) is { Length: > 0 } key)
        {
            return KeySource.FromText("environment", KeyVariable, key, $"The key in {KeyVariable} {VisibleToOthers}");
        }

        if (environment(PassphraseVariable) is { Length: > 0 } passphrase)
        {
            return KeySource.FromPassphrase(PassphraseVariable, passphrase, $"The passphrase in {PassphraseVariable} {VisibleToOthers}");
        }

        var file = Path.Combine(folder, KeyFileName);
        return File.Exists(file) ? FromFile(file) : null;
    }

    /// <summary>A new key in a new file, durable before it is used. The notice is for a file in the data folder.</summary>
    public static KeySource CreateFile(string path)
    {
        var key = RandomNumberGenerator.GetBytes(KeyWrap.KeyLength);
        using (var file = PrivateFiles.Open(path, FileMode.CreateNew))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(key) + "\n"));
            file.Flush(flushToDisk: true);
        }

        return KeySource.FromKey("key-file", path, key, $"A new key is in {path}. Whoever has it and the data can read everything, and without it nobody can: "
            + $"keep a copy elsewhere, and better move it out of the data folder, to a systemd credential ({Credential}) or to storage.encryption.key: \"${{file:...}}\"");
    }

    /// <summary>The key in a file that only its owner can read.</summary>
    public static KeySource FromFile(string path) => PrivateFiles.IsOpenToOthers(path)
        ? throw new KeyException($"the key file {path} is open to other users; close it: chmod 600 {path}")
        : KeySource.FromText("key-file", path, ReadText(path));

    /// <summary>Null when the folder has neither credential.</summary>
    public static KeySource? FromCredential(string folder)
    {
        var key = Path.Combine(folder, Credential);
        var passphrase = Path.Combine(folder, PassphraseCredential);
        return File.Exists(key) ? KeySource.FromText("credential", $"the credential {Credential}", ReadText(key))
            : File.Exists(passphrase) ? KeySource.FromPassphrase($"the credential {PassphraseCredential}", ReadText(passphrase).TrimEnd('\n'))
            : null;
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KeyException($"the key in {path} cannot be read: {failure.Message}");
        }
    }
}
