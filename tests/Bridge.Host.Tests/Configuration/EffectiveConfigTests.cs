using Xunit;

namespace Bridge.Host.Tests.Configuration;

public sealed class EffectiveConfigTests
{
    private const string Text =
        """
        version: 1
        defaults: { cooldown: 5m }
        endpoints:
          home:
            plugin: bus
            username: "${env:USER_NAME}"
            password: hunter2-literal
            users: { hall: { password: "${env:HALL}" } }
          me: { plugin: chat, server: "${env:SERVER}" }
        routes:
          - id: leak
            from: home:a/+
            when: payload.leak == true
            text: "${env:TEXT}"
            to: ["me:!r", { address: "home:b", retain: true }]
          - { id: count, from: "home:c", payload: { n: 1, t: "{{ topic[0] }}", on: yes }, to: ["home:d"] }
        """;

    private static string Yaml() => Configs.Read(Text, FakePlugins.Sources with { Variable = name => name == "SERVER" ? "https://hidden.example.org" : "hidden-" + name }).Effective!.ToYaml();

    [Fact]
    public void Secrets_are_masked_and_references_stay_as_written()
    {
        var yaml = Yaml();

        Assert.DoesNotContain("hidden", yaml);
        Assert.DoesNotContain("hunter2", yaml);
        Assert.Contains("password: \"***\"", yaml);
        Assert.Contains("username: \"${env:USER_NAME}\"", yaml);
        Assert.Contains("server: \"${env:SERVER}\"", yaml);
    }

    [Fact]
    public void Defaults_are_written_out()
    {
        var yaml = Yaml();

        Assert.Contains("client_id: bridge", yaml);
        Assert.Contains("every: \"5m\"", yaml);
        Assert.Contains("severity: notice", yaml);
    }

    [Fact]
    public void What_is_shown_reads_back_as_the_same()
    {
        var yaml = Yaml();
        var sources = FakePlugins.Sources with { WithSecrets = false };

        var again = Configs.Read(yaml, sources);

        Assert.DoesNotContain(again.Diagnostics, diagnostic => diagnostic.Code != "BR0304");
        Assert.Equal(yaml, again.Effective!.ToYaml());
    }
}
