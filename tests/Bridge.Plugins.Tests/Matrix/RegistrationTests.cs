using System.Text.RegularExpressions;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix;
using Bridge.Plugin.Matrix.ApplicationService;
using Bridge.Plugin.Matrix.Ghosts;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>The registration file, the options, and the names that the namespaces hold.</summary>
public sealed class RegistrationTests
{
    private static readonly Registration s_registration = new("it's", new Secret("as"), new Secret("hs"), "bridge");

    [Fact]
    public void The_file_says_what_every_homeserver_needs()
    {
        var text = RegistrationFile.Write(s_registration, new Uri("http://127.0.0.1:8480/endpoints/matrix"), [(@"^@bridge_.*:ex\.org$", true)], @"^#bridge_.*:ex\.org$");
        Assert.Equal(
            """
            id: 'it''s'
            url: 'http://127.0.0.1:8480/endpoints/matrix'
            as_token: 'as'
            hs_token: 'hs'
            sender_localpart: 'bridge'
            rate_limited: false
            receive_ephemeral: true
            de.sorunome.msc2409.push_ephemeral: true
            namespaces:
              users:
                - regex: '^@bridge_.*:ex\.org$'
                  exclusive: true
              aliases:
                - regex: '^#bridge_.*:ex\.org$'
                  exclusive: true
              rooms: []

            """,
            text);
        var read = RegistrationFile.Parse(text)!;
        Assert.Equal(("it's", "as", "hs", "bridge"), (read.Id, read.AsToken.Reveal(), read.HsToken.Reveal(), read.SenderLocalpart));
    }

    [Fact]
    public void A_file_that_is_none_is_refused_whatever_is_in_it()
    {
        var whole = RegistrationFile.Write(s_registration, null, [], null);
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var letters = whole.ToCharArray();
            letters[random.Next(letters.Length)] = "{}[]:'\"&*!|>%@\0\t\n-"[random.Next(18)];
            _ = RegistrationFile.Parse(new string(letters)); // nothing but null or a registration
        }

        Assert.Null(RegistrationFile.Parse("id: x"));
        Assert.Null(RegistrationFile.Parse("- 1"));
    }

    [Theory]
    [InlineData("+491700001", "@bridge_modem_=2b491700001:ex.org")]
    [InlineData("Anna_B", "@bridge_modem__anna___b:ex.org")]
    [InlineData("ü", "@bridge_modem_=c3=bc:ex.org")]
    public void A_ghosts_id_is_escaped(string sender, string expected)
    {
        var id = GhostId.Of("bridge_", new EndpointId("modem"), new Sender(sender), "ex.org");
        Assert.Equal(expected, id);
        Assert.True(GhostId.IsGhost(id, "bridge_", "ex.org"));
        Assert.Matches(GhostId.Pattern("bridge_", "ex.org"), id);
        Assert.DoesNotMatch(GhostId.Pattern("bridge_", "ex.org"), id + ".evil.com");
        Assert.False(GhostId.IsGhost(id + ".evil.com", "bridge_", "ex.org"));
    }

    [Fact]
    public void Two_senders_never_share_a_ghost_and_none_is_too_long()
    {
        var random = new Random(6);
        var alphabet = "aA_=-.h0+/ü".ToCharArray();
        var senders = Enumerable.Range(0, 3000).Select(_ => new string(random.GetItems(alphabet, random.Next(1, 9)))).Append(new string('x', 400)).Append(new string('x', 401)).Distinct().ToList();
        var ghosts = senders.Select(sender => GhostId.Of("bridge_", new EndpointId("modem"), new Sender(sender), "ex.org")).ToList();
        Assert.Equal(ghosts.Count, ghosts.Distinct().Count());
        Assert.All(ghosts, ghost => Assert.Matches(new Regex(@"^@[a-z0-9._=/-]{1,200}:ex\.org$"), ghost));
    }

    [Fact]
    public void Options_that_cannot_work_are_named_with_their_cure()
    {
        var problems = Problems(new MatrixOptions
        {
            Homeserver = new Uri("https://user@matrix.example.org"),
            Encryption = EncryptionMode.Required,
            Ghosts = new GhostOptions { Prefix = "Bridge ", Name = "{{ sender.nick }}" },
        });
        Assert.Equal(["homeserver", "appservice", "encryption", "ghosts.prefix", "ghosts.name"], problems.Select(problem => problem.Option));
        Assert.Contains("no end-to-end encryption", problems.Single(problem => problem.Option == "encryption").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shortest_options_are_enough() => Assert.Empty(Problems(new MatrixOptions
    {
        Homeserver = new Uri("https://matrix.example.org"),
        Appservice = new AppserviceOptions { File = new FileInfo("/etc/bridge/registration.yaml") },
    }));

    [Theory]
    [InlineData("!room:example.org", true)]
    [InlineData("!opaque-room-of-version-12", true)]
    [InlineData("#alerts:example.org", true)]
    [InlineData("@anna:example.org", true)]
    [InlineData("#alerts", false)]
    [InlineData("@:example.org", false)]
    [InlineData("alerts", false)]
    [InlineData("!with space", false)]
    public void A_destination_is_a_room_an_alias_or_a_person(string rest, bool good) =>
        Assert.Equal(good, new MatrixPlugin().Description.CheckDestination(rest) is null);

    [Fact]
    public async Task The_registration_asks_the_homeserver_for_its_name_and_keeps_the_secrets_of_a_file()
    {
        var folder = Directory.CreateTempSubdirectory("bridge-registration");
        try
        {
            await using var matrix = await RunningMatrix.PrepareAsync(options => options with
            {
                ServerName = RunningMatrix.Server,
                Appservice = new AppserviceOptions { File = new FileInfo(Path.Combine(folder.FullName, "registration.yaml")) },
            });
            var at = new Uri("http://127.0.0.1:8480/endpoints/matrix");
            var first = Assert.Single(await matrix.Endpoint.RegistrationAsync(at, TestContext.Current.CancellationToken));
            await File.WriteAllTextAsync(first.File!.FullName, first.Text.Reveal(), TestContext.Current.CancellationToken);
            first.File.Refresh();
            var second = Assert.Single(await matrix.Endpoint.RegistrationAsync(at, TestContext.Current.CancellationToken));
            Assert.Equal(64, RegistrationFile.Parse(first.Text.Reveal())!.AsToken.Reveal().Length);
            Assert.Equal(first.Text.Reveal(), second.Text.Reveal());
            Assert.Equal(["Synapse", "Dendrite", "Conduit", "continuwuity"], first.Steps.Select(steps => steps.Server));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static List<OptionProblem> Problems(MatrixOptions options) => [.. ((IPlugin)new MatrixPlugin()).Check(options)];
}
