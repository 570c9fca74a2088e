using Bridge.Host.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

/// <summary>Every file under config/ is valid with the plugins that come with Bridge.</summary>
public sealed class ExampleTests
{
    private static readonly string s_config = Path.Combine(CaseFile.RepositoryRoot(), "config");

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(s_config, "*.yaml", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(s_config, path))];

    public static TheoryData<string> Recipes => [.. Directory.EnumerateDirectories(Path.Combine(s_config, "examples")).Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_that_comes_with_Bridge_is_valid_without_a_warning(string file)
    {
        var result = ConfigReader.Read([Path.Combine(s_config, file)], BundledPlugins.Sources);

        Assert.Empty(result.Diagnostics);
        Assert.NotEmpty(result.Config!.Routes);
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_is_a_folder_with_a_readme_that_names_its_payloads(string recipe)
    {
        var folder = Path.Combine(s_config, "examples", recipe);
        var readme = File.ReadAllText(Path.Combine(folder, "README.md"));

        Assert.True(File.Exists(Path.Combine(folder, "bridge.yaml")));
        Assert.Contains($"bridge explain --config config/examples/{recipe} ", readme);
        foreach (var named in readme.Split('@').Skip(1).Select(rest => rest.Split([' ', '\n'])[0]))
        {
            Assert.True(File.Exists(Path.Combine(CaseFile.RepositoryRoot(), named)), named);
        }
    }
}
