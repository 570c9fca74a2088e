using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

public sealed class EndpointReadingTests
{
    [Fact]
    public void Options_get_their_types_from_the_record_and_not_from_yaml()
    {
        var options = (BusOptions)Configs.Endpoint(
            """
            url: tcp://broker:1883
            username: no
            protocol: very_old
            clean: true
            packet: 2MB
            session: { client_id: 0123, expiry: 1h30m }
            topics: [a, "22:30"]
            """).Options;

        Assert.Equal("no", options.Username);
        Assert.Equal(BusProtocol.VeryOld, options.Protocol);
        Assert.True(options.Clean);
        Assert.Equal(new ByteSize(2_000_000), options.Packet);
        Assert.Equal(new BusSession { ClientId = "0123", Expiry = TimeSpan.FromMinutes(90) }, options.Session);
        Assert.Equal(["a", "22:30"], options.Topics);
    }

    [Fact]
    public void What_every_endpoint_has_is_not_the_plugins_business()
    {
        var endpoint = Configs.Endpoint("enabled: false\nlimits: { rate: 6/min, per_day: 100, window: 8 }\nallow: [\"a/#\"]\ndeny: [a/b]");

        Assert.False(endpoint.Enabled);
        Assert.Equal(new EndpointLimits(new Rate(6, TimeSpan.FromMinutes(1)), 100, 8), endpoint.Limits);
        Assert.Equal(["a/#"], endpoint.Allow);
        Assert.Equal(["a/b"], endpoint.Deny);
    }

    [Fact]
    public void A_relative_path_starts_from_the_folder_of_its_file() =>
        Assert.Equal("/etc/bridge/tls/ca.pem", ((BusOptions)Configs.Endpoint("tls: { ca: tls/ca.pem }").Options).Tls!.Ca.FullName);

    [Fact]
    public void A_secret_file_loses_one_trailing_newline_only()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "password");
        File.WriteAllText(path, "pass word\n\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead);

        var options = (BusOptions)Configs.Endpoint($"password: \"${{file:{path}}}\"").Options;

        Assert.Equal("pass word\n", options.Password!.Reveal());
    }

    [Fact]
    public void The_fingerprint_changes_with_the_yaml_and_with_the_secret_but_not_with_the_position()
    {
        const string Text = "password: \"${env:PASSWORD}\"";
        string Fingerprint(string keys, string password) =>
            Configs.Good(Configs.WithEndpoint(keys), FakePlugins.Sources with { Variable = _ => password }).Endpoints.Single().Fingerprint;

        Assert.Equal(Fingerprint(Text, "a"), Fingerprint("# moved\n" + Text, "a"));
        Assert.NotEqual(Fingerprint(Text, "a"), Fingerprint(Text, "b"));
        Assert.NotEqual(Fingerprint(Text, "a"), Fingerprint(Text + "\nclean: true", "a"));
    }

    [Fact]
    public void An_endpoint_whose_plugin_did_not_load_is_read_with_the_reason_and_not_as_switched_off()
    {
        var result = Configs.Read("version: 1\nendpoints:\n  home: { plugin: broken, whatever: 1 }\nroutes:\n  - { id: r, from: \"home:a/+\", to: [{ address: \"home:b\", retain: true }] }");

        var endpoint = Assert.Single(result.Config!.Endpoints);
        Assert.True(endpoint.Enabled);
        Assert.Equal("it was built for contract version 7", endpoint.Failure);
    }

    [Fact]
    public void Storage_and_defaults_are_read()
    {
        var config = Configs.Good(
            """
            version: 1
            defaults: { timezone: Europe/Berlin }
            storage:
              folder: data
              encryption: { key: "${env:KEY}" }
              keep: { messages: 90d, ids: 365d }
            http: { listen: 127.0.0.1:8480, public_url: https://bridge.example.org }
            telemetry: { log: debug }
            """,
            FakePlugins.Sources with { Variable = _ => new string('a', 64) });

        Assert.Equal("Europe/Berlin", config.Zone.Id);
        Assert.Equal("/etc/bridge/data", config.DataFolder);
        Assert.Equal(new string('a', 64), config.EncryptionKey!.Secret.Reveal());
        Assert.Equal(new KeepConfig(TimeSpan.FromDays(90), null, TimeSpan.FromDays(365)), config.Keep);
        Assert.Equal(8480, config.Http!.Listen.Port);
        Assert.Equal("debug", config.LogLevel);
    }

    [Fact]
    public void A_folder_is_all_its_files_in_path_order_but_tests()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        Directory.CreateDirectory(Path.Combine(folder, "more"));
        File.WriteAllText(Path.Combine(folder, "a.yaml"), "version: 1\nendpoints: { home: { plugin: bus } }\nroutes: [{ id: one, from: \"home:a\", to: [\"home:b\"] }]\n");
        File.WriteAllText(Path.Combine(folder, "more/b.yaml"), "endpoints: { far: { plugin: bus } }\nroutes: [{ id: two, from: \"far:a\", to: [\"home:b\"] }]\n");
        File.WriteAllText(Path.Combine(folder, "a.test.yaml"), "nonsense");
        Directory.CreateDirectory(Path.Combine(folder, ".hidden"));
        File.WriteAllText(Path.Combine(folder, ".hidden/a.yaml"), "nonsense");

        var result = ConfigReader.Read([folder], FakePlugins.Sources);

        Assert.Empty(result.Diagnostics);
        Assert.Equal(["one", "two"], result.Config!.Routes.Select(route => route.Id));
        Assert.Equal(["home", "far"], result.Config.Endpoints.Select(endpoint => endpoint.Id.Value));
    }
}
