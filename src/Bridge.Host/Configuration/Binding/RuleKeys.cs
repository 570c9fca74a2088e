using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Keys that routes and links have in common.</summary>
internal static class RuleKeys
{
    private static readonly TimeSpan s_retryFor = new RetryConfig().For;

    /// <param name="map">The rule.</param>
    /// <param name="what">What it is called, such as <c>route</c>.</param>
    /// <param name="usedBy">Who uses the name.</param>
    public static ScalarNode? TakeId(this MapReader map, string what, string usedBy)
    {
        var id = map.TakeScalar("id");
        if (map.Map.Find("id") is null)
        {
            map.Missing("id", $"give it a name: {usedBy} use it");
        }
        else if (id is not null && (!TextValues.TryName(id.Value) || id.Value == "cli"))
        {
            map.Report.Add(
                DiagnosticKinds.BadName, id.Position,
                id.Value == "cli" ? "'cli' is the name of the command line itself" : $"{id.Shown} cannot be the id of a {what}");
        }

        return id;
    }

    /// <summary>What a key that must be there lists, as far as it is good.</summary>
    public static List<T> TakeRequired<T>(this MapReader map, string key, Func<ScalarNode, T?> read)
        where T : class
    {
        if (map.Map.Find(key) is null)
        {
            map.Missing(key);
        }

        return [.. map.TakeTexts(key).Select(read).OfType<T>()];
    }

    public static RetryConfig TakeRetry(this MapReader map)
    {
        if (map.TakeMap("retry") is not { } retry)
        {
            return new RetryConfig();
        }

        var config = new RetryConfig(retry.TakeDuration("for") ?? s_retryFor, retry.TakeFlag("uncertain") ?? false);
        retry.Finish(["until"]);
        return config;
    }
}
