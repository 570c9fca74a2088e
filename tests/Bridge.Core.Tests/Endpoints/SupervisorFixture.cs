using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Endpoints;
using Bridge.Testing.Endpoints;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Core.Tests.Endpoints;

/// <summary>One supervised endpoint on a clock that the test moves.</summary>
internal sealed class SupervisorFixture : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public SupervisorFixture(ScriptedEndpoint endpoint, AddressFilter? filter = null, Accept? accept = null)
    {
        Endpoint = endpoint;
        filter ??= AddressFilter.Everything;
        Around = new(accept ?? ((_, _, _, _) => Task.FromResult<IReadOnlyList<EventId>>([])), _ => { }, Telemetry, Clock);
        Handle = new EndpointHandle(Id, endpoint, new EndpointLimits(), Clock, filter);
        Supervisor = new EndpointSupervisor(Handle, endpoint, filter, Around, new Random(1));
    }

    public static EndpointId Id { get; } = new("home");

    public ScriptedEndpoint Endpoint { get; }

    public ManualClock Clock { get; } = new();

    public Telemetry Telemetry { get; } = new(NullLogger<Telemetry>.Instance);

    public EndpointSupervisor.Surroundings Around { get; }

    public EndpointHandle Handle { get; }

    public EndpointSupervisor Supervisor { get; }

    public static Outbound Outbound(string rest = "a") => new()
    {
        Key = new DeliveryKey("k"),
        Event = default,
        To = new Address(Id, rest),
        Content = MessagePosted.Of("hello"),
        OccurredAt = DateTimeOffset.UnixEpoch,
    };

    public static Inbound Inbound(string rest, string endpoint = "home") => new()
    {
        Address = new Address(new EndpointId(endpoint), rest),
        Event = MessagePosted.Of("hello"),
    };

    public Task UntilAsync(EndpointPhase phase) => UntilAsync(() => Handle.Status.Phase == phase);

    /// <summary>Waits for a condition in real time; virtual time stands still.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, "the condition did not come true");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Lets the timer that is being waited for fire.</summary>
    public async Task<TimeSpan> AdvanceToNextTimerAsync()
    {
        await UntilAsync(() => Clock.NextDue is not null);
        var wait = Clock.NextDue!.Value - Clock.GetUtcNow();
        Clock.Advance(wait);
        return wait;
    }

    public async ValueTask DisposeAsync()
    {
        await Supervisor.DisposeAsync();
        Telemetry.Dispose();
    }
}
