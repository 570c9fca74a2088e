using System.Runtime.CompilerServices;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bridge.Core.Endpoints;

/// <summary>Makes a stopped endpoint of a configuration, lets it try its network or say what must be registered there, and throws it away: nothing of it is kept, and no other endpoint notices.</summary>
public static class EndpointProbe
{
    /// <summary>Null when the plugin cannot try. Throws only when cancelled; a plugin that throws or hangs has failed.</summary>
    public static async Task<ProbeResult?> RunAsync(IPlugin plugin, EndpointConfig config, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            await using var endpoint = plugin.Create(ContextOf(config, clock), config.Options);
            return endpoint is IProbe probe ? await probe.ProbeAsync(either.Token).AsTask().WaitAsync(either.Token) : null;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new ProbeResult.Fails($"no answer within {patience.TotalSeconds:0.#} s", "check address and firewall; --timeout gives it longer");
        }
        catch (Exception failure)
        {
            return new ProbeResult.Fails(FailureReason.Of(failure));
        }
    }

    /// <summary>What the endpoint's network must be given; none when the plugin knows of nothing. Throws <see cref="IOException"/> with the plugin's reason when it cannot say.</summary>
    public static async Task<EquatableArray<RegistrationDocument>> RegistrationAsync(
        IPlugin plugin, EndpointConfig config, Uri? reachedAt, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await using var endpoint = plugin.Create(ContextOf(config, clock), config.Options);
            return endpoint is IRegister registering ? await registering.RegistrationAsync(reachedAt, cancellationToken) : [];
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new IOException(FailureReason.Of(failure), failure);
        }
    }

    private static EndpointContext ContextOf(EndpointConfig config, TimeProvider clock) => new()
    {
        Id = config.Id,
        Logger = NullLogger.Instance,
        Clock = clock,
        Random = new Random(),
        State = new NoState(),
        Window = 1,
        Interests = config.Interests,
        Drops = new NoDrops(),
        Report = _ => { },
    };

    private sealed class NoState : IEndpointState
    {
        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken) => new((ReadOnlyMemory<byte>?)null);

        public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield break;
        }
    }

    private sealed class NoDrops : IDropCounter
    {
        public void Dropped(string reason, int count = 1)
        {
        }
    }
}
