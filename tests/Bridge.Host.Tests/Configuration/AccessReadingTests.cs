using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

public sealed class AccessReadingTests
{
    private const string Text = """
        version: 1
        http: { listen: 127.0.0.1:8480 }
        endpoints: { chat: { plugin: chat, server: "https://chat.example.org" } }
        people:
          anna: { addresses: ["chat:!anna"] }
          ben: { addresses: ["chat:!ben"] }
        groups: { family: [anna, ben] }
        access:
          management: ["chat:!bridge"]
          roles: { admin: anna, user: [family] }
          tokens: { grafana: { token: "${env:LONG}", may: [operate, read] } }
        """;

    private static readonly ConfigSources s_sources = FakePlugins.Sources with { Variable = name => name == "LONG" ? "0123456789abcdef" : null };

    [Fact]
    public void Roles_are_those_of_people_and_the_greater_one_counts()
    {
        var result = ConfigReader.ReadText("/etc/bridge/bridge.yaml", Text, s_sources);
        Assert.Empty(result.Diagnostics);
        var access = result.Config!.Access;
        Assert.Equal([new Address(new EndpointId("chat"), "!bridge")], access.Management);
        Assert.Equal((AccessRight.Admin, AccessRight.Operate), (access.Roles["anna"], access.Roles["ben"]));
        Assert.Equal(("grafana", "0123456789abcdef", AccessRight.Operate), access.Tokens.Select(token => (token.Name, token.Token.Reveal(), token.May)).Single());
    }

    [Fact]
    public void A_management_conversation_is_listened_to_and_no_token_is_shown()
    {
        var result = ConfigReader.ReadText("/etc/bridge/bridge.yaml", Text, s_sources);
        Assert.Equal(["!bridge"], result.Config!.Endpoints.Single().Interests);
        var shown = result.Effective!.ToYaml();
        Assert.DoesNotContain("0123456789abcdef", shown, StringComparison.Ordinal);
        Assert.Contains("grafana", shown, StringComparison.Ordinal);
        Assert.Contains("!bridge", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_access_nobody_may_do_anything() =>
        Assert.Same(AccessConfig.Nobody, ConfigReader.ReadText("/etc/bridge/bridge.yaml", "version: 1\naccess:\n", s_sources).Config!.Access);
}
