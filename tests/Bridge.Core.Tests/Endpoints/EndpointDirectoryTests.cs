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
        new() { Id = new(name), Plugin = "test", Options = new object(), Fingerprint = fingerprint };
}
