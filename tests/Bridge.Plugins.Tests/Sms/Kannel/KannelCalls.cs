using System.Net;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Kannel;

/// <summary>What Kannel asks of an endpoint.</summary>
internal static class KannelCalls
{
    /// <summary>As Kannel calls, without a network between.</summary>
    public static async Task<HttpReply> Call(
        SmsEndpoint endpoint, string path, string query, byte[]? body = null, params (string Name, string Value)[] headers)
    {
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], Uri.UnescapeDataString((pair.Length > 1 ? pair[1] : "").Replace('+', ' ')))).ToList();
        var call = new HttpCall(
            body is null ? "GET" : "POST", path, pairs, headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase),
            new MemoryStream(body ?? []), IPAddress.Loopback)
        {
            RawQuery = query,
        };
        return await endpoint.ServeAsync(call, TestContext.Current.CancellationToken);
    }

    /// <summary>Kannel calls the URL it was given for this part.</summary>
    public static Task<HttpReply> Report(SmsEndpoint endpoint, KannelDouble.Taken part, int type, string answer = "")
    {
        var url = part.ReportUrl!.Replace("%d", type.ToString(), StringComparison.Ordinal).Replace("%A", Uri.EscapeDataString(answer), StringComparison.Ordinal);
        var at = new Uri(url);
        return Call(endpoint, at.AbsolutePath["/endpoints/sms".Length..], at.Query.TrimStart('?'));
    }
}
