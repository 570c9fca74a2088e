using Bridge.Host.Tests.Architecture;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Bridge.Host.Tests.Packaging;

/// <summary>The container file by its lines, since no container engine is at hand; what it builds is proved by <see cref="InstallTests"/> and <see cref="PublishTests"/>.</summary>
public sealed class ContainerTests
{
    private static readonly string[] s_known =
        ["FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"];

    private static readonly List<(string Word, string Words)> s_lines =
    [
        .. from line in File.ReadAllText(Path.Combine(Repository.Root, "Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
           where line.Length > 0 && line[0] != '#'
           let parts = line.Split(' ', 2)
           select (parts[0], parts[1].Trim()),
    ];

    [Fact]
    public void Every_line_is_an_instruction() => Assert.Empty(s_lines.Select(line => line.Word).Except(s_known));

    [Fact]
    public void What_is_copied_from_the_checkout_is_there()
    {
        var sources = s_lines.Where(line => line.Word == "COPY" && !line.Words.StartsWith("--from", StringComparison.Ordinal)).SelectMany(line => line.Words.Split(' ')[..^1]);
        Assert.All(sources, source => Assert.True(Path.Exists(Path.Combine(Repository.Root, source)), source));
    }

    [Fact]
    public void The_build_is_the_script_that_is_tested_and_the_last_stage_has_no_compiler()
    {
        Assert.Contains(s_lines, line => line.Word == "RUN" && line.Words.StartsWith("packaging/publish --output /out/app", StringComparison.Ordinal));
        Assert.Contains(s_lines, line => line.Word == "COPY" && line.Words == "--from=build /out/app /usr/lib/bridge");
        Assert.Equal(["mcr.microsoft.com/dotnet/sdk:10.0 AS build", "mcr.microsoft.com/dotnet/aspnet:10.0"], s_lines.Where(line => line.Word == "FROM").Select(line => line.Words));
    }

    [Theory]
    [InlineData("USER", "1654:1654")]
    [InlineData("VOLUME", "/var/lib/bridge")]
    [InlineData("STOPSIGNAL", "SIGTERM")]
    [InlineData("ENTRYPOINT", "[\"/usr/bin/bridge\"]")]
    [InlineData("CMD", "[\"run\"]")]
    public void It_runs_as_nobody_special_and_stops_when_asked(string word, string words) => Assert.Equal(words, s_lines.Single(line => line.Word == word).Words);

    [Fact]
    public void Its_health_is_asked_of_the_daemon() =>
        Assert.EndsWith("CMD [\"/usr/bin/bridge\", \"health\"]", s_lines.Single(line => line.Word == "HEALTHCHECK").Words, StringComparison.Ordinal);

    [Fact]
    public void The_compose_file_gives_it_nothing_it_does_not_need()
    {
        using var text = File.OpenText(Tool.Packaging("compose.yaml"));
        var yaml = new YamlStream();
        yaml.Load(text);
        var bridge = yaml.Documents[0].RootNode["services"]["bridge"];
        Assert.Equal("true", bridge["read_only"].ToString());
        Assert.Equal("[ ALL ]", bridge["cap_drop"].ToString());
        Assert.Equal("[ no-new-privileges:true ]", bridge["security_opt"].ToString());
        Assert.Contains("data:/var/lib/bridge", bridge["volumes"].ToString(), StringComparison.Ordinal);
        Assert.Equal("/run/secrets", bridge["environment"]["CREDENTIALS_DIRECTORY"].ToString());
        Assert.Equal(bridge["secrets"][0], yaml.Documents[0].RootNode["secrets"].AllNodes.OfType<YamlScalarNode>().First());
    }
}
