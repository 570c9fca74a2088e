using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Bridge.Host.Tests.Architecture;

public sealed partial class ArrowTests
{
    public static TheoryData<string, string[]> Arrows { get; } = new()
    {
        { "src/Bridge.Abstractions", [] },
        { "src/Bridge.Core", ["Bridge.Abstractions"] },
        { "src/Bridge.Storage", ["Bridge.Core"] },
        { "src/Bridge.Host", ["Bridge.Core", "Bridge.Storage"] },
        { "src/Bridge.Testing", ["Bridge.Core"] },
    };

    [Theory]
    [MemberData(nameof(Arrows))]
    public void A_project_references_only_what_the_map_allows(string folder, string[] allowed) =>
        Assert.Empty(ReferencesOf(Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.csproj").Single()).Except(allowed));

    [Fact]
    public void A_plugin_references_the_contract_alone()
    {
        foreach (var project in Directory.GetFiles(Path.Combine(Repository.Root, "plugins"), "*.csproj", SearchOption.AllDirectories))
        {
            Assert.Equal(["Bridge.Abstractions"], ReferencesOf(project));
        }
    }

    [Fact]
    public void Core_names_no_network()
    {
        var named = from file in Repository.SourceFiles("src/Bridge.Core")
                    from line in File.ReadLines(file)
                    where NetworkName().IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                    select $"{Path.GetFileName(file)}: {line.Trim()}";
        Assert.Empty(named);
    }

    [Fact]
    public void No_plugin_names_another_plugin()
    {
        foreach (var folder in Directory.GetDirectories(Path.Combine(Repository.Root, "plugins")))
        {
            var others = Directory.GetDirectories(Path.Combine(Repository.Root, "plugins")).Except([folder]).Select(Path.GetFileName).ToList();
            Assert.DoesNotContain(Repository.SourceFiles(folder), file => others.Exists(other => File.ReadAllText(file).Contains(other!, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void No_plugin_folder_carries_the_contract_or_the_logging_abstractions()
    {
        var placed = Directory.GetFiles(Path.Combine(Repository.HostFolder, "plugins"), "*.dll", SearchOption.AllDirectories).Select(Path.GetFileName);
        Assert.Empty(placed.Intersect(["Bridge.Abstractions.dll", "Microsoft.Extensions.Logging.Abstractions.dll"]));
    }

    [Fact]
    public void No_source_file_is_longer_than_300_lines()
    {
        string[] folders = ["src", "plugins", "tests", "bench"];
        Assert.Empty(folders.SelectMany(Repository.SourceFiles).Where(file => File.ReadLines(file).Count() > 300).Select(Path.GetFileName));
    }

    [GeneratedRegex(@"\b(Mqtt|MQTT|Matrix|Sms|SMS|IMessage|iMessage|Smpp|Zigbee|Frigate)\w*")]
    private static partial Regex NetworkName();

    private static List<string> ReferencesOf(string project) =>
        [.. XDocument.Load(project).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))];
}
