using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>Tells the gateway where to call. Each event has an id of ours, so telling it twice changes nothing.</summary>
internal sealed class PhoneHooks(PhoneClient client, WayOptions options, EndpointId endpoint)
{
    /// <summary>Below the callback.</summary>
    public const string Path = "event";

    /// <summary>An MMS that the phone has fetched.</summary>
    public const string Mms = "mms:downloaded";

    /// <summary>What is wrong; null for nothing, or when nobody is to call.</summary>
    public async Task<string?> RegisterAsync(string device, CancellationToken cancellationToken)
    {
        if (options.Driver is not { Callback: { } callback, Secret: not null })
        {
            return null;
        }

        var (status, body) = await client.GetAsync("/webhooks", cancellationToken);
        var known = status == 200 && ForeignJson.TryRead(body, PhoneJson.Default.ListWebhook) is { } list ? list : [];
        var url = $"{callback.AbsoluteUri.TrimEnd('/')}/{Path}";
        foreach (var name in (string[])["sms:received", "sms:failed", options.Driver.Reports is false ? "sms:sent" : "sms:delivered", Mms])
        {
            var hook = new Webhook(IdOf(name), url, name, device);
            if (known.OfType<Webhook>().Any(other => other with { DeviceId = other.DeviceId ?? device } == hook))
            {
                continue;
            }

            var (made, _) = await client.PostAsync("/webhooks", hook, PhoneJson.Default.Webhook, cancellationToken);
            if (made is not (200 or 201) && name != Mms) // apps before version 1.56 do not know it
            {
                return $"the phone does not take driver.callback (HTTP {made}): it calls https:// alone, or http://127.0.0.1";
            }
        }

        return null;
    }

    /// <summary>At most 36 characters. Another endpoint with the same phone has others.</summary>
    private string IdOf(string name) =>
        $"bridge-{(name == Mms ? "mms" : name["sms:".Length..])}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(endpoint.Value)).AsSpan(0, 4))}";
}
