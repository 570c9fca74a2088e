using Bridge.Testing.Endpoints;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>Rooms that the configuration listens to by an alias which does not lead to them yet.</summary>
public sealed class AliasTests
{
    private const string Alias = "#alerts:hs.test";

    [Fact]
    public async Task A_room_made_after_the_start_is_heard_under_its_alias_from_the_bots_coming_on()
    {
        await using var matrix = await RunningMatrix.StartAsync(interests: Alias);
        var anna = matrix.Homeserver.User("anna");
        var room = anna.CreateRoom(alias: "alerts");
        anna.Invite(room, "@bridge:hs.test");
        await matrix.UntilAsync(() => ReceivingTests.IsIn(matrix, room));
        anna.Say(room, "hi");
        Assert.Equal(RunningMatrix.At(Alias), (await matrix.HeardAsync(ReceivingTests.Says("hi"))).Address);
        Assert.Equal("an alias that the configuration listens to does not exist yet", Assert.Single(matrix.Reports));
    }

    [Fact]
    public async Task A_room_that_gets_its_alias_later_is_heard_under_it_as_soon_as_it_says_so()
    {
        await using var matrix = await RunningMatrix.StartAsync(interests: Alias);
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        anna.Say(room, "before");
        await matrix.HeardAsync(ReceivingTests.Says("before"));
        anna.AddAlias(room, Alias);
        anna.Send(room, new { alias = Alias }, "m.room.canonical_alias", "");
        anna.Say(room, "after");
        Assert.Equal(RunningMatrix.At(Alias), (await matrix.HeardAsync(ReceivingTests.Says("after"))).Address);
        Assert.Equal(RunningMatrix.At(room), matrix.Heard.Single(ReceivingTests.Says("before")).Address);
    }

    [Fact]
    public async Task An_alias_of_which_nothing_is_heard_is_found_within_a_minute()
    {
        var clock = new ManualClock();
        await using var matrix = await RunningMatrix.PrepareAsync(interests: [Alias], clock: clock);
        await matrix.ConnectAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        anna.Say(room, "before");
        await matrix.HeardAsync(ReceivingTests.Says("before"));
        anna.AddAlias(room, Alias);
        var patience = TimeSpan.FromSeconds(20);
        await matrix.UntilAsync(() => matrix.Homeserver.Count(Operation.Ping) == 1 && !clock.IsDueIn(patience)); // nothing is asked
        await matrix.UntilAsync(() => !matrix.Memory.State.Keys.Any(key => key.StartsWith("chore/", StringComparison.Ordinal))); // any more
        clock.Advance(TimeSpan.FromMinutes(1));
        await matrix.UntilAsync(() => matrix.Memory.State.ContainsKey("name/" + Alias));
        anna.Say(room, "hi");
        Assert.Equal(RunningMatrix.At(Alias), (await matrix.HeardAsync(ReceivingTests.Says("hi"))).Address);
    }

    [Fact]
    public async Task A_limit_at_the_start_is_waited_for_and_not_taken_for_an_alias_that_is_not_there()
    {
        await using var matrix = await RunningMatrix.PrepareAsync(interests: [Alias]);
        var anna = matrix.Homeserver.User("anna");
        var room = RunningMatrix.RoomOf(anna, alias: "alerts");
        matrix.Homeserver.Faults.Next(Operation.Alias, Fault.RateLimitedWithBodyField(TimeSpan.FromMilliseconds(20)), times: 2);
        await matrix.ConnectAsync();
        await matrix.UntilAsync(() => matrix.Memory.State.ContainsKey("name/" + Alias));
        Assert.Equal(3, matrix.Homeserver.Count(Operation.Alias));
        Assert.Empty(matrix.Reports);
        Assert.Empty(matrix.Failures);
    }
}
