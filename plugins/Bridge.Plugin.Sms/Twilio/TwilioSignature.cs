using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>
/// Whether a call is Twilio's: it signs the URL that it calls and the fields of the form with the account's Auth Token. Pure. The URL is the public
/// one, as it is configured: what a proxy says of it is not believed.
/// </summary>
internal static class TwilioSignature
{
    /// <param name="token">The account's primary Auth Token.</param>
    /// <param name="root">Where Twilio was told to call.</param>
    /// <param name="rest">What stands behind that in the URL, as it came: path and query.</param>
    /// <param name="form">What it posted.</param>
    /// <param name="signature">X-Twilio-Signature.</param>
    public static bool IsOf(Secret token, Uri root, string rest, FormFields form, string signature)
    {
        // Twilio is not of one mind about the port; its own libraries accept both.
        var shown = Encoding.UTF8.GetBytes(signature);
        var withPort = CryptographicOperations.FixedTimeEquals(SignatureOf(token, Written(root, UriComponents.StrongPort) + rest, form), shown);
        var without = CryptographicOperations.FixedTimeEquals(SignatureOf(token, Written(root, default) + rest, form), shown);
        return withPort | without;
    }

    /// <summary>Names in the order of their characters, each with its value; a name that repeats with each of its values once, in order, too.</summary>
    private static byte[] SignatureOf(Secret token, string url, FormFields form)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(token.Reveal()));
        hash.AppendData(Encoding.UTF8.GetBytes(url));
        foreach (var (name, value) in form.Fields.Distinct()
            .OrderBy(field => field.Name, StringComparer.Ordinal).ThenBy(field => field.Value, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name + value));
        }

        return Encoding.ASCII.GetBytes(Convert.ToBase64String(hash.GetHashAndReset()));
    }

    private static string Written(Uri root, UriComponents port) =>
        root.GetComponents(UriComponents.Scheme | UriComponents.Host | port, UriFormat.UriEscaped) + root.AbsolutePath.TrimEnd('/');
}
