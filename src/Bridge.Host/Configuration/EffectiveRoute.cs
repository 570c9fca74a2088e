using System.Text.Json.Nodes;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Binding;

namespace Bridge.Host.Configuration;

/// <summary>One route with its defaults written out, in the order in which the reference lists the keys.</summary>
internal static class EffectiveRoute
{
    public static JsonNode? Of(BoundRoute bound)
    {
        var route = bound.Config;
        var json = new JsonObject { ["id"] = route.Id, ["from"] = new JsonArray([.. bound.From.Select(pattern => (JsonNode)pattern.Node.Written)]) };
        void Set(string key, JsonNode? value)
        {
            if (value is not null)
            {
                json[key] = value;
            }
        }

        Set("when", route.When?.Source);
        Set("until", route.Until?.Source);
        Set("for", Time(route.For));
        Set("key", route.Key?.Source);
        json["severity"] = route.Severity.ToString().ToLowerInvariant();
        Set("text", route.Text?.Source);
        Set("payload", bound.Node.Find("payload") is { } payload ? FreeValue.Of(payload, scalar => scalar.Written) : null);
        Set("resolved", route.Resolved?.Source);
        json["retained"] = route.Retained.ToString().ToLowerInvariant();
        Set("max_age", Time(route.MaxAge));
        Set("at", route.At?.Source);
        Set("cooldown", Cooldown(route.Cooldown));
        json["final"] = route.Final;
        Set("expiry", Time(route.Expiry));
        json["retry"] = new JsonObject { ["for"] = Time(route.Retry.For), ["uncertain"] = route.Retry.Uncertain };
        Set("limits", Limits(route.Limits));
        json["to"] = new JsonArray([.. bound.To.Select(Destination)]);
        return Masked.Overlay(json, bound.Node);
    }

    private static JsonObject? Cooldown(CooldownConfig? cooldown)
    {
        if (cooldown is null)
        {
            return null;
        }

        var json = new JsonObject { ["every"] = Time(cooldown.Every) };
        if (cooldown.Per is not null)
        {
            json["per"] = cooldown.Per.Source;
        }

        return json;
    }

    private static JsonObject? Limits(RouteLimits? limits)
    {
        if (limits is null)
        {
            return null;
        }

        var json = new JsonObject { ["rate"] = TextValues.Show(limits.Rate) };
        if (limits.Overflow is not null)
        {
            json["overflow"] = limits.Overflow.Source;
        }

        return json;
    }

    private static JsonObject Destination(BoundDestination destination)
    {
        var json = new JsonObject { ["address"] = destination.Node.Written };
        foreach (var option in destination.Config.Options)
        {
            json[option.Name] = option.Value;
        }

        if (destination.Config.Expiry is { } expiry)
        {
            json["expiry"] = TextValues.Show(expiry);
        }

        return json;
    }

    private static string? Time(TimeSpan? time) => time is { } some ? TextValues.Show(some) : null;
}
