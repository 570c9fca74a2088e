using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Core.Configuration;

namespace Bridge.Core.Endpoints;

/// <summary>The endpoints of the running configuration. A reload touches only those whose configuration differs.</summary>
/// <param name="create">Makes a stopped endpoint of its configuration; its supervisor is null when it cannot run.</param>
/// <param name="changed">Told after an endpoint came, changed or went.</param>
public sealed class EndpointDirectory(Func<EndpointConfig, CreatedEndpoint> create, Action<EndpointId> changed) : IEndpointDirectory
{
    private static readonly TimeSpan s_firstTry = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<EndpointId, Running> _running = new();
    private bool _started;

    /// <summary>Every endpoint, by name.</summary>
    public IReadOnlyList<EndpointHandle> All => [.. _running.Values.Select(running => running.Created.Handle).OrderBy(handle => handle.Id.Value, StringComparer.Ordinal)];

    public EndpointHandle? Find(EndpointId id) => _running.TryGetValue(id, out var running) ? running.Created.Handle : null;

    /// <summary>
    /// Makes the running endpoints equal to the configured ones. What can take its changed options while it runs does; what else changes, or goes, is drained
    /// first, so that a listener's port or a broker's client id is free for its successor. Before <see cref="Start"/> they are only made. One call at a time.
    /// </summary>
    public async Task ApplyAsync(IReadOnlyList<EndpointConfig> endpoints)
    {
        var wanted = endpoints.ToDictionary(endpoint => endpoint.Id);
        AdaptTo(wanted);
        var ending = _running.Values.Where(running => !wanted.TryGetValue(running.Id, out var config) || !config.RunsLike(running.Config)).ToList();
        await Task.WhenAll(ending.Select(StopAsync));
        foreach (var gone in ending.Where(running => !wanted.ContainsKey(running.Id)))
        {
            _running.TryRemove(gone.Id, out _);
            changed(gone.Id);
        }

        foreach (var config in endpoints.Where(config => !_running.TryGetValue(config.Id, out var running) || !config.RunsLike(running.Config)))
        {
            var created = create(config);
            _running[config.Id] = new Running(config, created);
            changed(config.Id);
            if (_started)
            {
                created.Supervisor?.Start();
            }
        }
    }

    /// <summary>Lets all endpoints run: delivery has taken up what is open, intake takes what comes.</summary>
    public void Start()
    {
        _started = true;
        foreach (var running in _running.Values)
        {
            running.Created.Supervisor?.Start();
        }
    }

    /// <summary>Completes when every endpoint has connected or failed once, or after 3 s: for saying how the start went.</summary>
    public async Task WhenTriedAsync(TimeProvider clock)
    {
        var began = clock.GetTimestamp();
        while (All.Any(handle => handle.Status is { Phase: EndpointPhase.Starting or EndpointPhase.Connecting, Reason: null })
            && clock.GetElapsedTime(began) < s_firstTry)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, CancellationToken.None);
        }
    }

    /// <summary>Drains and stops all; they stay listed, as stopped.</summary>
    public Task StopAsync() => Task.WhenAll(_running.Values.Select(StopAsync));

    private void AdaptTo(Dictionary<EndpointId, EndpointConfig> wanted)
    {
        foreach (var running in _running.Values)
        {
            if (wanted.TryGetValue(running.Id, out var config)
                && !config.RunsLike(running.Config)
                && config.MayAdaptTo(running.Config)
                && running.Created.Supervisor?.TryAdapt(config) == true)
            {
                _running[running.Id] = running with { Config = config };
            }
        }
    }

    private static async Task StopAsync(Running running)
    {
        if (running.Created.Supervisor is { } supervisor)
        {
            await supervisor.DisposeAsync();
        }
    }

    private sealed record Running(EndpointConfig Config, CreatedEndpoint Created)
    {
        public EndpointId Id => Config.Id;
    }
}

/// <summary>An endpoint ready to be started.</summary>
public sealed record CreatedEndpoint(EndpointHandle Handle, EndpointSupervisor? Supervisor);
