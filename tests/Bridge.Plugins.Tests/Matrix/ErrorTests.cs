using Bridge.Abstractions;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>What the homeserver's refusals mean for a delivery.</summary>
public sealed class ErrorTests
{
    public static TheoryData<string, Fault, TimeSpan?> Limits { get; } = new()
    {
        { "with the header", Fault.RateLimitedWithHeader(TimeSpan.FromSeconds(7)), TimeSpan.FromSeconds(7) },
        { "with the body's field", Fault.RateLimitedWithBodyField(TimeSpan.FromMilliseconds(2500)), TimeSpan.FromMilliseconds(2500) },
        { "with neither", Fault.RateLimitedWithNeither, null },
        { "for a day", Fault.RateLimitedForADay, TimeSpan.FromDays(1) },
    };

    [Theory]
    [MemberData(nameof(Limits), DisableDiscoveryEnumeration = true)]
    public async Task A_rate_limit_defers(string how, Fault fault, TimeSpan? expected)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        matrix.Homeserver.Faults.Next(Operation.Send, fault);
        var deferred = Assert.IsType<SendResult.Deferred>(await matrix.Send(matrix.From(room, "x", sender: null)));
        Assert.True(expected == deferred.After, how);
        Assert.Empty(matrix.Failures);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_proxys_error_leaves_the_outcome_unknown_and_a_homeserver_that_is_there_is_not_left(int status)
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        matrix.Homeserver.Faults.Next(Operation.Send, Fault.ProxyError(status));
        var outbound = matrix.From(room, "x");
        Assert.IsType<SendResult.Uncertain>(await matrix.Send(outbound));
        await matrix.Delivered(outbound);
        Assert.Equal((1, 1), (matrix.Homeserver.CountOf(room, "x"), matrix.Connections));
    }

    [Fact]
    public async Task A_homeserver_that_is_away_ends_the_run_with_a_reason_and_nothing_is_refused_meanwhile()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        await matrix.Homeserver.StopAsync();
        Assert.IsNotType<SendResult.Refused>(await matrix.Send(matrix.From(room, "x")));
        await matrix.UntilAsync(() => matrix.Failures.Count > 0);
        Assert.Contains("homeserver", matrix.Failures[0].Message, StringComparison.Ordinal);
        await matrix.Homeserver.StartAgainAsync();
        await matrix.UntilAsync(() => matrix.Connections == 2);
        await matrix.Delivered(matrix.From(room, "y"));
    }

    [Fact]
    public async Task A_homeserver_that_is_not_up_yet_is_waited_for()
    {
        await using var matrix = await RunningMatrix.PrepareAsync();
        matrix.Homeserver.Faults.Everywhere(Fault.ProxyError(502));
        matrix.Start();
        await matrix.UntilAsync(() => matrix.Failures.Count > 2);
        Assert.Equal("the homeserver answered 502", matrix.Failures[0].Message);
        matrix.Homeserver.Faults.Clear();
        await matrix.UntilAsync(() => matrix.Connections == 1);
    }

    [Fact]
    public async Task A_token_that_is_not_known_any_more_stops_the_endpoint_with_what_to_do()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        matrix.Homeserver.Faults.Everywhere(Fault.UnknownToken);
        Assert.IsType<SendResult.Deferred>(await matrix.Send(matrix.From(room, "x", sender: null)));
        await matrix.UntilAsync(() => matrix.Failures.Count > 0);
        Assert.Contains("bridge registration", matrix.Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_large_and_what_is_not_there_is_refused()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        matrix.Homeserver.Faults.Next(Operation.Send, new Fault.Answers(new Answer(413, """{"errcode":"M_TOO_LARGE"}"""u8.ToArray())));
        Assert.IsType<SendResult.Refused>(await matrix.Send(matrix.From(room, "x", sender: null)));
        Assert.IsType<SendResult.Refused>(await matrix.Send(matrix.From("!nowhere:hs.test", "x", sender: null)));
        Assert.IsType<SendResult.Refused>(await matrix.Send(matrix.From("#nowhere:hs.test", "x", sender: null)));
    }

    [Fact]
    public async Task A_ghost_that_is_already_in_the_room_is_no_failure()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        matrix.Homeserver.Faults.Next(Operation.Join, new Fault.Answers(Answer.Error(403, "M_FORBIDDEN", "@x:hs.test is already in the room.")));
        Assert.IsNotType<SendResult.Uncertain>(await matrix.Send(matrix.From(room, "x")));
        await matrix.Delivered(matrix.From(room, "y"));
    }
}
