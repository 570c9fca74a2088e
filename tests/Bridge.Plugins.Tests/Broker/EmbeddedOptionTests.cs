using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Broker;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>What is wrong with the options of a broker is said before it starts, with a cure.</summary>
public sealed class EmbeddedOptionTests
{
    private static readonly EmbeddedTls s_tls = new() { Cert = new("/cert.pem"), Key = new("/key.pem") };
    private static readonly PasswordHash s_hash = PasswordHash.Of("p"u8, PasswordHash.FewestIterations);

    public static TheoryData<string?, EmbeddedOptions> Cases => new()
    {
        { null, new() },
        { null, new() { Listen = ["127.0.0.1:1883", "mqtt://[::1]:1884", "ws://127.0.0.1:9001/mqtt"], Origins = ["*"] } },
        { null, new() { Listen = ["mqtts://127.0.0.1:8883", "wss://127.0.0.1:9002"], Tls = s_tls } },
        { "embedded.listen", new() { Listen = [] } },
        { "embedded.listen", new() { Listen = ["localhost:1883"] } },
        { "embedded.listen", new() { Listen = ["127.0.0.1"] } },
        { "embedded.listen", new() { Listen = ["http://127.0.0.1:1883"] } },
        { "embedded.listen", new() { Listen = ["mqtt://127.0.0.1:1883/path"] } },
        { "embedded.listen", new() { Listen = ["127.0.0.1:1883", "ws://127.0.0.1:1883"] } },
        { "embedded.tls", new() { Listen = ["mqtts://127.0.0.1:8883"] } },
        { "embedded.tls", new() { Tls = s_tls } },
        { "embedded.tls.certificate_user", new() { Listen = ["mqtts://127.0.0.1:8883"], Tls = s_tls with { CertificateUser = true } } },
        { "embedded.origins", new() { Origins = ["*"] } },
        { null, With(new() { PasswordHash = s_hash, Publish = ["tele/%c/#"] }) },
        { null, With(new()) with { Listen = ["mqtts://127.0.0.1:8883"], Tls = s_tls with { Ca = new("/ca.pem"), CertificateUser = true } } },
        { "embedded.users.hall", With(new()) },
        { "embedded.users.hall", With(new() { Password = new("p"), PasswordHash = s_hash }) },
        { "embedded.users.hall.password", With(new() { Password = new("") }) },
        { "embedded.users.hall", With(new() { Password = new("p"), Publish = ["a#"] }) },
        { "embedded.users.hall", With(new() { Password = new("p"), Subscribe = ["$share/g/a"] }) },
        { "embedded.limits.inflight", new() { Limits = new() { Inflight = 0 } } },
        { "embedded.limits.queue_bytes", new() { Limits = new() { QueueBytes = new(0) } } },
        { "embedded.limits.connects", new() { Limits = new() { Connects = 0 } } },
        { "embedded.limits.keep_alive", new() { Limits = new() { KeepAlive = TimeSpan.FromDays(1) } } },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_problem_names_its_option_and_a_cure(string? option, EmbeddedOptions options)
    {
        IPlugin plugin = new MqttPlugin();
        var problems = plugin.Check(new MqttOptions { Embedded = options }).ToList();
        Assert.Equal(option, problems.SingleOrDefault()?.Option);
        Assert.All(problems, problem => Assert.NotEmpty(problem.Cure));
    }

    [Fact]
    public void Nonsense_is_no_address_and_no_hash_and_ends_soon()
    {
        var random = new Random(11);
        string[] seeds = ["wss://[::1]:8884/mqtt", "127.0.0.1:1883", s_hash.Reveal(), "$share/group/a/+/#"];
        for (var round = 0; round < 20_000; round++)
        {
            var text = seeds[random.Next(seeds.Length)].ToCharArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                text[random.Next(text.Length)] = (char)random.Next(random.Next(2) == 0 ? 128 : char.MaxValue);
            }

            var mutated = new string(text, 0, random.Next(text.Length + 1));
            _ = ListenAddress.Parse(mutated);
            _ = PasswordHash.Parse(mutated);
            var shared = SharedFilter.Of(mutated);
            Assert.True(shared.Group is null || mutated.EndsWith(shared.Topics, StringComparison.Ordinal));
        }
    }

    private static EmbeddedOptions With(EmbeddedUser user) => new() { Users = new Dictionary<string, EmbeddedUser> { ["hall"] = user } };
}
