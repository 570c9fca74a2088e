using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Reads <c>endpoints</c>: the keys common to all, then the options of each one's plugin.</summary>
internal sealed class EndpointBinder(ConfigSources sources, Report report)
{
    // What an endpoint will be able to say in a later version, unless its plugin already takes it.
    private static readonly string[] s_later = ["homeassistant", "tls"];

    // Fingerprints are compared within one process only; the key keeps them from saying anything about weak secrets.
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(32);

    public Dictionary<string, KnownEndpoint> Bind(YamlNode? section)
    {
        var endpoints = new Dictionary<string, KnownEndpoint>(StringComparer.Ordinal);
        if (section is MappingNode map)
        {
            foreach (var entry in map.Entries)
            {
                endpoints[entry.Name] = BindOne(entry);
            }
        }
        else if (section is not null and not ScalarNode { IsNull: true })
        {
            report.Add(DiagnosticKinds.WrongShape, section.Position, $"'endpoints' must be a map of endpoints by name, not {Shape.Of(section)}");
        }

        return endpoints;
    }

    private KnownEndpoint BindOne(MappingEntry entry)
    {
        if (!TextValues.TryName(entry.Name))
        {
            report.Add(DiagnosticKinds.BadName, entry.Position, $"{Report.Quote(entry.Name)} cannot be the name of an endpoint");
        }

        var id = new EndpointId(entry.Name);
        if (entry.Value is not MappingNode node)
        {
            report.Add(DiagnosticKinds.WrongShape, entry.Value.Position, $"endpoint {Report.Quote(entry.Name)} must be a map, not {Shape.Of(entry.Value)}");
            return new KnownEndpoint(id, true, null);
        }

        var errors = report.Errors;
        var map = new MapReader(node, $"endpoint {Report.Quote(entry.Name)}", report);
        var name = map.TakeScalar("plugin");
        if (node.Find("plugin") is null)
        {
            map.Missing("plugin", "installed plugins: " + string.Join(", ", sources.Plugins.Names));
        }

        var plugin = name is null ? null : FindPlugin(name);
        var known = new KnownEndpoint(id, map.TakeFlag("enabled") ?? true, plugin?.Description);
        known = known with { Allow = BindPatterns(map, "allow", known.Style), Deny = BindPatterns(map, "deny", known.Style) };
        var limits = BindLimits(map.TakeMap("limits"));
        var options = plugin is null ? null : BindOptions(map, plugin);
        var failure = plugin is null && name is not null ? sources.Plugins.Find(name.Value)?.Refused : null;
        return report.Errors == errors && (options is not null || failure is not null)
            ? Complete(known, entry, node, name!.Value, limits, options, failure)
            : known;
    }

    private static KnownEndpoint Complete(
        KnownEndpoint known, MappingEntry entry, MappingNode node, string plugin, EndpointLimits limits, object? options, string? failure) => known with
        {
            Shown = options is null ? [] : Masked.Options(options, node),
            Config = new EndpointConfig
            {
                Id = known.Id,
                Plugin = plugin,
                Options = options ?? new JsonObject(),
                Fingerprint = Fingerprint(node),
                Enabled = known.Enabled,
                Failure = failure,
                Limits = limits,
                Allow = known.Allow,
                Deny = known.Deny,
                Position = entry.Position,
            },
        };

    private IPlugin? FindPlugin(ScalarNode name)
    {
        if (name.IsUnresolved)
        {
            return null;
        }

        var found = sources.Plugins.Find(name.Value);
        if (found is { Refused: { } reason })
        {
            report.Add(DiagnosticKinds.PluginFailed, name.Position, $"plugin {name.Shown} did not load: {reason}");
        }
        else if (found is null)
        {
            report.Add(
                DiagnosticKinds.UnknownPlugin, name.Position, $"there is no plugin {name.Shown}",
                Suggestion.For(name.Value, sources.Plugins.Names) ?? "installed plugins: " + string.Join(", ", sources.Plugins.Names));
        }

        return found?.Plugin;
    }

    private static EndpointLimits BindLimits(MapReader? map)
    {
        if (map is null)
        {
            return new EndpointLimits();
        }

        var limits = new EndpointLimits(map.TakeRate("rate"), map.TakeCount("per_day"), map.TakeCount("window"));
        map.Finish(["max_segments"]);
        return limits;
    }

    private EquatableArray<string> BindPatterns(MapReader map, string key, AddressStyle style)
    {
        var patterns = new List<string>();
        foreach (var text in map.TakeTexts(key).Where(text => !text.IsUnresolved))
        {
            // Unlike 'from', a list over plain addresses takes beginnings: +49*.
            var problem = style == AddressStyle.Plain ? PatternMath.Problem(text.Value.TrimEnd('*'), style) : PatternMath.Problem(text.Value, style);
            if (problem is not null)
            {
                report.Add(DiagnosticKinds.BadPattern, text.Position, problem, PatternMath.Cure(style));
            }

            patterns.Add(text.Value);
        }

        return EquatableArray.From(patterns);
    }

    private object? BindOptions(MapReader map, IPlugin plugin)
    {
        var bound = new OptionsBinder($"plugin {Report.Quote(plugin.Description.Name)}", report).Bind(map, plugin.OptionsType, s_later);
        foreach (var problem in bound.ProblemsOf(plugin))
        {
            var at = NodePath.Find(map.Map, problem.Option);
            if (at is not ScalarNode { IsUnresolved: true })
            {
                report.Add(problem.IsWarning ? DiagnosticKinds.DoubtfulOption : DiagnosticKinds.RefusedOption, at.Position, $"{Report.Quote(problem.Option)}: {problem.Problem}", problem.Cure);
            }
        }

        return bound.Options;
    }

    private static string Fingerprint(MappingNode node)
    {
        var json = Masked.Plain(node)!.ToJsonString(new JsonSerializerOptions { WriteIndented = false });
        return Convert.ToHexStringLower(HMACSHA256.HashData(s_key, Encoding.UTF8.GetBytes(json)));
    }
}
