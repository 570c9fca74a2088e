using Bridge.Core.Configuration;
using Bridge.Core.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Endpoints;

public sealed class EndpointDirectoryTests
{
    private readonly List<(string Name, ScriptedEndpoint Endpoint)> _made = [];
    private readonly List<string> _changed = [];

    [Fact]
    public async Task A_reload_restarts_what_differs_and_leaves_the_rest_connected()
    {
        await using var fixture = new SupervisorFixture(new ScriptedEndpoint());
        var directory = Directory(fixture);
        await directory.ApplyAsync([Config("same", "1"), Config("changed", "1"), Config("gone", "1")]);
        directory.Start();
        var same = directory.Find(new("same"));

        await directory.ApplyAsync([Config("same", "1"), Config("changed", "2"), Config("new", "1")]);

        Assert.Equal(["same", "changed", "gone", "changed", "new"], _made.Select(made => made.Name));
        Assert.Equal([false, true, true, false, false], _made.Select(made => made.Endpoint.Disposed));
        Assert.Same(same, directory.Find(new("same")));
        Assert.Null(directory.Find(new("gone")));
        Assert.Equal(["same", "changed", "gone", "gone", "changed", "new"], _changed);
        await directory.StopAsync();
        Assert.All(_made, made => Assert.True(made.Endpoint.Disposed));
    }

    [Fact]
    public async Task What_can_take_changed_options_is_not_restarted()
    {
        await using var fixture = new SupervisorFixture(new ScriptedEndpoint());
        var directory = Directory(fixture);
        var first = Config("able", "1");
        await directory.ApplyAsync([first, Config("unable", "1"), Config("faulty", "1")]);
        directory.Start();
        _made[0].Endpoint.Adapt = (_, _) => true;
        _made[2].Endpoint.Adapt = (_, _) => throw new InvalidOperationException("broken by the test");
        var able = directory.Find(new("able"));

        await directory.ApplyAsync([Config("able", "2") with { Interests = ["#"] }, Config("unable", "2"), Config("faulty", "2")]);
        await directory.ApplyAsync([Config("able", "2") with { Interests = ["#"] }, Config("unable", "2"), Config("faulty", "2")]);
        Assert.Equal(["able", "unable", "faulty", "unable", "faulty"], _made.Select(made => made.Name));
        Assert.Same(able, directory.Find(new("able")));

        await directory.ApplyAsync([Config("able", "3") with { Limits = new EndpointLimits(Window: 1) }, Config("unable", "2"), Config("faulty", "2")]);
        Assert.True(_made[0].Endpoint.Disposed, "limits are the host's, and need a restart");
        Assert.Equal([("2", 1)], _made[0].Endpoint.Adapted.Select(adapted => ((string)adapted.Options, adapted.Interests.Count)));
        await directory.StopAsync();
    }

    [Fact]
    public async Task Nothing_runs_before_the_start()
    {
        await using var fixture = new SupervisorFixture(new ScriptedEndpoint());
        var directory = Directory(fixture);
        await directory.ApplyAsync([Config("a", "1")]);
        Assert.Equal(EndpointPhase.Starting, directory.Find(new("a"))!.Status.Phase);
        directory.Start();
        await SupervisorFixture.UntilAsync(() => directory.Find(new("a"))!.Connected);
        await directory.StopAsync();
    }

    private EndpointDirectory Directory(SupervisorFixture fixture) => new(
        config =>
        {
            var endpoint = new ScriptedEndpoint();
            _made.Add((config.Id.Value, endpoint));
            var handle = new EndpointHandle(config.Id, endpoint, config.Limits, fixture.Clock);
            return new CreatedEndpoint(handle, new EndpointSupervisor(handle, endpoint, AddressFilter.Everything, fixture.Around, new Random(1)));
        },
        id => _changed.Add(id.Value));

    private static EndpointConfig Config(string name, string fingerprint) =>
        new() { Id = new(name), Plugin = "test", Options = fingerprint, Fingerprint = fingerprint };
}
