using System.Text;
using Bridge.Abstractions;

namespace Bridge.Host.Configuration.Reference;

/// <summary>docs/CONFIGURATION.md.</summary>
internal sealed class ReferencePage
{
    private readonly StringBuilder _page = new();

    private ReferencePage()
    {
    }

    public static string Of(ConfigReference reference)
    {
        var page = new ReferencePage();
        page.Say("""
            # Configuration

            <!-- Generated: bridge config --reference > docs/CONFIGURATION.md -->

            Every key that this version knows. A key that is not here is refused, with the nearest one that is. A dotted key is a key inside a map: `retry.for` is
            `retry: { for: 2d }`. A folder is read as one configuration: all `*.yaml` in it and in its subfolders, but `*.test.yaml` and what is in
            hidden folders.

            What the types mean:

            | type | meaning |
            |---|---|
            """);
        page.Rows(Scalars.Explained.Select(scalar => new[] { scalar.Word, scalar.Meaning }));
        page.Sections(reference);
        page.Diagnostics();
        return page._page.ToString();
    }

    private void Sections(ConfigReference reference)
    {
        foreach (var section in reference.Sections.Where(section => section.Name is not ("endpoints" or "routes")))
        {
            var within = section.Type as KeyType.Map;
            Say($"\n## {section.Name}\n\n{(within is null ? "" : section.Meaning + "\n\n")}".TrimEnd('\n') + "\n");
            Keys(within?.Keys ?? [section]);
        }

        Say("\n## endpoints\n\nA map from names to endpoints; what an address begins with is such a name. Every endpoint has:\n");
        Keys(ConfigReference.Endpoint);
        foreach (var plugin in reference.Plugins)
        {
            Plugin(plugin);
        }

        Say("\n## routes\n\nA list of rules. Each has:\n");
        Keys(reference.Route);
    }

    private void Plugin(IPlugin plugin)
    {
        var keys = ConfigReference.OptionsOf(plugin);
        Say($"\n### plugin: {plugin.Description.Name}\n");
        if (keys.Count == 0)
        {
            Say("It has no options of its own.");
        }
        else
        {
            Keys(keys);
        }

        if (plugin.Description.DestinationOptions.Count > 0)
        {
            Say("\nWhat a destination of it takes beside `address`, in `to` and with `bridge send --option`:\n\n| key | values | meaning |\n|---|---|---|");
            Rows(plugin.Description.DestinationOptions.Select(option => new[] { Code(option.Name), string.Join(", ", option.Allowed.Select(Code)), Text(option.Description) }));
        }
    }

    private void Keys(IEnumerable<ConfigKey> keys)
    {
        Say("| key | type | default | meaning | example |\n|---|---|---|---|---|");
        foreach (var key in keys)
        {
            Key("", key);
        }
    }

    private void Key(string before, ConfigKey key)
    {
        var path = before + key.Name;
        var example = key.Example ?? key.Type.Example;
        Rows([[Code(path), key.Type.Words, key.IsRequired ? "**required**" : key.Default ?? "", Text(key.Meaning), example is null ? "" : Code($"{key.Name}: {example}")]]);
        Within(path, key.Type);
    }

    private void Within(string path, KeyType type)
    {
        switch (type)
        {
            case KeyType.Map map:
                foreach (var key in map.Keys)
                {
                    Key(path + ".", key);
                }

                break;
            case KeyType.MapOf map:
                Within($"{path}.<{map.Name}>", map.Element);
                break;
            case KeyType.ListOf list:
                Within(path + "[]", list.Element);
                break;
            case KeyType.OneOf forms:
                foreach (var form in forms.Forms.Where(form => form is not KeyType.ListOf))
                {
                    Within(path, form);
                }

                break;
        }
    }

    private void Diagnostics()
    {
        Say("""

            ## Diagnostics

            What `bridge validate` says of a configuration, by code. The message names the place and, where it can, a better cure than the general one here. A code
            never changes its meaning. Warnings fail with `--strict` alone.

            | code | | meaning | cure |
            |---|---|---|---|
            """);
        Rows(DiagnosticKinds.All.Select(kind => new[] { kind.Code, kind.Severity == DiagnosticSeverity.Error ? "error" : "warning", kind.Title, kind.Cure }));
    }

    private void Rows(IEnumerable<IReadOnlyList<string>> rows)
    {
        foreach (var row in rows)
        {
            Say($"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |");
        }
    }

    private void Say(string text) => _page.Append(text.ReplaceLineEndings("\n")).Append('\n');

    // A page takes <name> for a tag, unless it stands in code.
    private static string Text(string text) =>
        string.Join('`', text.Split('`').Select((part, index) => index % 2 == 1 ? part : part.Replace("<", "\\<", StringComparison.Ordinal)));

    private static string Code(string text) => $"`{text}`";
}
