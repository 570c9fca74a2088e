using System.Text.RegularExpressions;
using Xunit;

namespace Bridge.Host.Tests.Architecture;

public sealed partial class DocsTests
{
    [Fact]
    public void Every_type_named_in_the_architecture_page_exists()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/ARCHITECTURE.md"));
        var named = TypeName().Matches(page).Select(match => match.Groups[1].Value).Distinct();
        Assert.Empty(named.Except(DeclaredTypes()));
    }

    [Fact]
    public void Every_relative_link_in_the_docs_leads_somewhere()
    {
        var broken = from page in Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Repository.Root, "README.md"))
                     from Match link in Link().Matches(File.ReadAllText(page))
                     let target = link.Groups[1].Value
                     where !target.Contains("://", StringComparison.Ordinal)
                     where !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
                     select $"{Path.GetFileName(page)}: {target}";
        Assert.Empty(broken);
    }

    private static HashSet<string> DeclaredTypes()
    {
        string[] folders = ["src", "plugins", "bench"];
        return [.. folders.SelectMany(Repository.SourceFiles).SelectMany(file => Declared().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex(@"`([A-Z][A-Za-z]+[a-z][A-Za-z]*)`")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum|record struct) ([A-Z]\w+)")]
    private static partial Regex Declared();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
