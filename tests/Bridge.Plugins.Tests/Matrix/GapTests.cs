using System.Text;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Receiving;
using Bridge.Plugins.Tests.Mqtt;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Matrix;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>What the homeserver left out, and then has trouble to give: the reader alone, beside which nothing else waits for its clock.</summary>
public sealed class GapTests
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_page_that_fails_is_asked_for_again()
    {
        await using var running = await RunningAsync();
        running.Homeserver.Faults.Always(Operation.Messages, Fault.ProxyError(502));
        var reading = running.ReadAsync();
        for (var tries = 1; tries < 10; tries++)
        {
            await Running.UntilAsync(() => running.Clock.IsDueIn(s_pause));
            running.Clock.Advance(s_pause);
        }

        await Running.UntilAsync(() => running.Clock.IsDueIn(s_pause));
        running.Homeserver.Faults.Clear();
        running.Clock.Advance(s_pause);
        Assert.Equal(["one", "two"], await reading);
        Assert.Empty(running.Memory.Dropped);
    }

    [Fact]
    public async Task A_room_whose_history_fails_for_ten_minutes_is_read_no_further_and_that_is_said()
    {
        await using var running = await RunningAsync();
        running.Homeserver.Faults.Always(Operation.Messages, Fault.ProxyError(502));
        var reading = running.ReadAsync();
        for (var waited = TimeSpan.Zero; waited < TimeSpan.FromMinutes(10); waited += s_pause)
        {
            await Running.UntilAsync(() => running.Clock.IsDueIn(s_pause));
            Assert.Empty(running.Memory.Dropped);
            running.Clock.Advance(s_pause);
        }

        Assert.Empty(await reading);
        Assert.Equal(1, Assert.Single(running.Memory.Dropped).Value);
        Assert.Contains("does not give what was said", Assert.Single(running.Reports), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_room_that_was_flooded_no_more_is_read_than_memory_holds_and_that_is_counted()
    {
        await using var running = await RunningAsync();
        var page = $$"""{"end":"t1","chunk":[{"event_id":"$1","type":"m.room.message","sender":"@mallory:hs.test","content":{"body":"{{new string('x', 16_000_000)}}"} }]}""";
        running.Homeserver.Faults.Always(Operation.Messages, new Fault.Answers(new Answer(200, Encoding.UTF8.GetBytes(page))));
        Assert.Equal(4, (await running.ReadAsync()).Count);
        Assert.Equal(1, Assert.Single(running.Memory.Dropped).Value);
    }

    private static async Task<Running> RunningAsync()
    {
        var homeserver = await Homeserver.StartAsync();
        var anna = homeserver.User("anna");
        var room = anna.CreateRoom();
        anna.Invite(room, "@helper:hs.test");
        homeserver.User("helper").Join(room);
        anna.Say(room, "one");
        anna.Say(room, "two");
        return new Running(homeserver, room);
    }

    private sealed class Running(Homeserver homeserver, string room) : IAsyncDisposable
    {
        private readonly MatrixClient _client = new(homeserver.Url, handler: null, TimeProvider.System);

        public Homeserver Homeserver => homeserver;

        public ManualClock Clock { get; } = new();

        public HostMemory Memory { get; } = new();

        public List<string> Reports { get; } = [];

        /// <summary>All of the room, as if nothing of it had been in the answer.</summary>
        public async Task<IReadOnlyList<string>> ReadAsync()
        {
            var context = new EndpointContext
            {
                Id = new EndpointId("matrix"), Logger = NullLogger.Instance, Clock = Clock, Random = new Random(1), State = Memory, Window = 100, Drops = Memory, Report = Reports.Add,
            };
            var token = new Secret("syt_helper");
            var session = new Session(
                context, new MatrixOptions { Homeserver = homeserver.Url, AccessToken = token }, _client, inbox: null!, new Actor("@helper:hs.test", token, IsAssumed: false), registration: null, puppets: null);
            var end = (await _client.GetAsync(Paths.Sync(since: null, TimeSpan.Zero, "{}"), session.Bot, TestContext.Current.CancellationToken)).TextOf("next_batch");
            var timeline = JsonSerializer.SerializeToElement(new { limited = true, prev_batch = end });
            var found = await new GapReader(session).ReadAsync(room, timeline, "s0", TestContext.Current.CancellationToken);
            return [.. found.Select(told => told.Value.ObjectOf("content")?.TextOf("body")).OfType<string>()];
        }

        public static async Task UntilAsync(Func<bool> condition)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (!condition())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
            }
        }

        public ValueTask DisposeAsync()
        {
            _client.Dispose();
            return homeserver.DisposeAsync();
        }
    }
}
