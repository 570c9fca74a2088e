using System.Security.Cryptography;
using System.Text;
using Bridge.Core.Configuration;

namespace Bridge.Host.Api;

/// <summary>Finds out who shows a token. Every one is compared, and hashes of equal length: how long it takes tells nothing.</summary>
internal sealed class ApiTokens(AccessConfig access)
{
    private const string Scheme = "Bearer ";
    private readonly (AccessToken Token, byte[] Hash)[] _tokens = [.. access.Tokens.Select(token => (token, Hash(token.Token.Reveal())))];

    /// <summary>Of which configuration these are the tokens.</summary>
    public AccessConfig Access => access;

    /// <summary>Null for a stranger.</summary>
    public AccessToken? Who(string authorization)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var shown = Hash(authorization[Scheme.Length..].Trim());
        AccessToken? found = null;
        foreach (var (token, hash) in _tokens)
        {
            found = CryptographicOperations.FixedTimeEquals(shown, hash) ? token : found;
        }

        return found;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
