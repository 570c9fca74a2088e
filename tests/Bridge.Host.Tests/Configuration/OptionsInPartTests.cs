using Bridge.Abstractions;
using Bridge.Host.Configuration;
using Bridge.Host.Plugins;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

/// <summary>One look is enough: where some options cannot be read, the plugin checks the others; and nothing is reported that only follows from those.</summary>
public sealed class OptionsInPartTests
{
    private static readonly ConfigSources s_sources = FakePlugins.Sources with
    {
        Plugins = new PluginCatalog([new FakePlugin<BusOptions>(new PluginDescription { Name = "bus", Carries = EventFeature.Data, Addresses = AddressStyle.Levels }, Check)], []),
    };

    [Theory]
    [InlineData("port: 70000\nfactor: many", "BR0404 port", "BR0206 factor")]
    [InlineData("port: 70000\nfactors: 2", "BR0404 port", "BR0107 factors")]
    [InlineData("port: 70000\ntls: {}", "BR0404 port", "BR0112 ca")]
    [InlineData("port: 70000\nusers: { hall: { password: [a] } }", "BR0404 port", "BR0111 password")]
    public void What_could_be_read_is_checked_beside_what_could_not(string options, params string[] expected) => Assert.Equal(Codes(expected), Codes(options));

    [Theory]
    [InlineData("password: \"${SET}\"\nusername: [a]")]
    [InlineData("password: \"${SET}\"\nusernam: a")]
    [InlineData("session: { expiry: never }\nclean: true")]
    [InlineData("session: { expiri: 0 }\nclean: true")]
    [InlineData("topics: [[a]]")]
    [InlineData("line: { kind: moden }")]
    [InlineData("line: { kin: modern }")]
    public void What_only_follows_from_the_first_error_is_not_reported(string options) => Assert.DoesNotContain("BR0404", Codes(options));

    [Fact]
    public void Without_the_first_error_the_second_would_be_one()
    {
        Assert.Contains("BR0404", Codes("password: \"${SET}\""));
        Assert.Contains("BR0404", Codes("session: { expiry: 0 }\nclean: true"));
        Assert.Contains("BR0404", Codes("topics: []"));
        Assert.Contains("BR0404", Codes("line: { kind: modern }"));
    }

    private static IEnumerable<OptionProblem> Check(BusOptions options)
    {
        if (options.Password is not null && options.Username is null)
        {
            yield return new("password", "a password needs a user name", "add username");
        }

        if (options.Port > 65535)
        {
            yield return new("port", "out of range", "write a port");
        }

        if (options is { Clean: true, Session.Expiry.Ticks: 0 })
        {
            yield return new("clean", "nothing would be kept", "write an expiry");
        }

        if (options.Line is { Kind: BusProtocol.Modern, Number: null })
        {
            yield return new("line.number", "a modern line needs one", "write it");
        }

        if (options.Topics.Count == 0)
        {
            yield return new("topics", "no topic", "name one");
        }
    }

    private static string[] Codes(IEnumerable<string> expected) => [.. expected.Select(text => text[..6]).Order(StringComparer.Ordinal)];

    private static List<string> Codes(string options)
    {
        var text = Configs.WithEndpoint(options.Contains("topics", StringComparison.Ordinal) ? options : options + "\ntopics: [a]");
        return [.. Configs.Read(text, s_sources).Diagnostics.Select(diagnostic => diagnostic.Code).Order(StringComparer.Ordinal)];
    }
}
