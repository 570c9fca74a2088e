using Bridge.Host.Configuration.Reference;

namespace Bridge.Host.Cli.Manual;

/// <summary><c>bridge.yaml(5)</c>, made from the same tables as docs/CONFIGURATION.md.</summary>
internal static class ConfigPage
{
    public static string Of(ConfigReference reference)
    {
        var page = new Roff("BRIDGE.YAML", 5, CommandPage.Date, CommandPage.Source)
            .Section("NAME").Paragraph("bridge.yaml - the configuration of bridge(1)")
            .Section("DESCRIPTION").Paragraph(
                "One YAML file, or a folder of them, read as one. A dotted key here is a key inside a map. `bridge validate` finds every mistake at once; a running daemon reads a changed "
                + "file by itself and keeps the old configuration while the new one has errors. Any single value may be a reference: \"${file:/path}\" or \"${env:NAME}\".")
            .Section("EXAMPLE").Example(
                "version: 1",
                "endpoints:",
                "  home: { plugin: mqtt, url: \"mqtt://broker.lan:1883\" }",
                "  console: { plugin: console }",
                "routes:",
                "  - id: leak",
                "    from: home:zigbee2mqtt/+/leak_sensor",
                "    when: payload.water_leak == true",
                "    until: payload.water_leak == false",
                "    text: \"Water leak in {{ topic[1] }}!\"",
                "    to: [console:me]");
        foreach (var section in reference.Sections.Where(section => section.Name is not "version"))
        {
            page.Section(section.Name.ToUpperInvariant()).Paragraph(section.Meaning);
            Keys(page, "", (section.Type switch { KeyType.MapOf map => map.Element, KeyType.ListOf list => list.Element, var other => other }) is KeyType.Map keys ? keys.Keys : []);
            if (section.Name == "endpoints")
            {
                Plugins(page, reference);
            }
        }

        return page.Section("SEE ALSO").Paragraph("bridge(1)").ToString();
    }

    private static void Plugins(Roff page, ConfigReference reference)
    {
        foreach (var plugin in reference.Plugins.Where(plugin => ConfigReference.OptionsOf(plugin).Count > 0))
        {
            page.Part($"plugin: {plugin.Description.Name}");
            Keys(page, "", ConfigReference.OptionsOf(plugin));
        }
    }

    private static void Keys(Roff page, string before, IReadOnlyList<ConfigKey> keys)
    {
        foreach (var key in keys)
        {
            var path = before + key.Name;
            var about = key.IsRequired ? " Required." : key.Default is { } value ? $" Default: {value}." : "";
            page.Term($"{path}:", $"{key.Meaning}{about} ({key.Type.Words})");
            Within(page, path, key.Type);
        }
    }

    private static void Within(Roff page, string path, KeyType type)
    {
        switch (type)
        {
            case KeyType.Map map:
                Keys(page, path + ".", map.Keys);
                break;
            case KeyType.MapOf map:
                Within(page, $"{path}.<{map.Name}>", map.Element);
                break;
            case KeyType.OneOf forms:
                foreach (var form in forms.Forms.Where(form => form is not KeyType.ListOf))
                {
                    Within(page, path, form);
                }

                break;
        }
    }
}
