using Bridge.Abstractions;
using Bridge.Plugin.Matrix;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Receiving;
using Bridge.Plugin.Matrix.Rooms;
using Bridge.Plugins.Tests.Mqtt;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Matrix;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>What is done later, over a day: the chores alone, beside which nothing else waits for their clock.</summary>
public sealed class ChoreTests
{
    private const string Room = "!dead:dead.test";

    [Fact]
    public async Task A_room_that_cannot_be_joined_is_tried_at_growing_intervals_and_given_up_after_a_day()
    {
        await using var homeserver = await Homeserver.StartAsync();
        homeserver.User("helper");
        homeserver.Faults.Always(Operation.Join, Fault.ProxyError(502));
        var clock = new ManualClock();
        var memory = new HostMemory();
        var reports = new List<string>();
        using var client = new MatrixClient(homeserver.Url, handler: null, clock);
        using var stopping = new CancellationTokenSource();
        var chores = ChoresOf(new Inbox(memory), client, new EndpointContext
        {
            Id = new EndpointId("matrix"), Logger = NullLogger.Instance, Clock = clock, Random = new Random(1),
            State = memory, Window = 100, Drops = memory, Report = reports.Add,
        });
        var change = Chores.ToJoin(Room);
        await memory.CommitAsync(InboundBatch.Of([change]));
        chores.Look([change]);
        var running = chores.RunAsync(stopping.Token);

        var pause = TimeSpan.FromSeconds(5);
        var waited = TimeSpan.Zero;
        for (var tries = 1; waited < TimeSpan.FromDays(1); tries++)
        {
            await UntilAsync(() => clock.IsDueIn(pause));
            Assert.Equal(tries, homeserver.Count(Operation.Join));
            Assert.Contains("chore/join/" + Room, memory.State.Keys);
            clock.Advance(pause);
            waited += pause;
            pause = TimeSpan.FromMinutes(Math.Min(30, pause.TotalMinutes * 2));
        }

        await UntilAsync(() => memory.State.IsEmpty);
        Assert.Equal(1, Assert.Single(memory.Dropped).Value);
        Assert.Contains("invite the bot again", Assert.Single(reports), StringComparison.Ordinal);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static Chores ChoresOf(IInbox inbox, MatrixClient client, EndpointContext context)
    {
        var options = new MatrixOptions { Homeserver = client.UriOf("/"), AccessToken = new Secret("syt_helper") };
        var helper = new Actor("@helper:hs.test", options.AccessToken, IsAssumed: false);
        var session = new Session(context, options, client, inbox, helper, registration: null, puppets: null);
        var joining = new Joining(session);
        return new Chores(session, joining, new Upgrades(session, new RoomBook(session, null!, joining), joining, beginnings: null!));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
        }
    }

    private sealed class Inbox(HostMemory memory) : IInbox
    {
        public void Connected()
        {
        }

        public ValueTask AcceptAsync(InboundBatch batch) => new(memory.CommitAsync(batch));
    }
}
