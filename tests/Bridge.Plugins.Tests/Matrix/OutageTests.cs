using Bridge.Plugin.Matrix;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>The homeserver is there, and has no answer about one room or one alias: that is nobody else's matter.</summary>
public sealed class OutageTests
{
    private static readonly Func<MatrixOptions, MatrixOptions> s_open = options => options with { Invitations = InviteOptions.Anyone };

    public static TheoryData<string, Fault> Outages { get; } = new()
    {
        { "an error", Fault.ProxyError(502) },
        { "no answer", new Fault.Hangs() },
        { "a lost connection", Fault.ConnectionLost },
    };

    [Theory]
    [MemberData(nameof(Outages), DisableDiscoveryEnumeration = true)]
    public async Task An_invitation_into_a_room_of_a_dead_server_holds_up_nothing(string how, Fault outage)
    {
        await using var matrix = await RunningMatrix.StartAsync(s_open);
        var anna = matrix.Homeserver.User("anna");
        var dead = anna.CreateRoom();
        var path = Uri.EscapeDataString(dead);
        matrix.Homeserver.Faults.When(call => call.Operation == Operation.Join && call.Path.EndsWith(path, StringComparison.Ordinal), outage);
        anna.Invite(dead, "@bridge:hs.test");
        await matrix.UntilAsync(() => matrix.Homeserver.Count(Operation.Join) > 0);
        var (_, room) = await ReceivingTests.TogetherAsync(matrix);
        anna.Say(room, "hello");
        await matrix.HeardAsync(ReceivingTests.Says("hello"));
        Assert.True((0, 1) == (matrix.Failures.Count, matrix.Connections), how);
        Assert.Contains("chore/join/" + dead, matrix.Memory.State.Keys); // not forgotten
    }

    [Fact]
    public async Task An_endpoint_starts_with_an_invitation_that_an_earlier_run_could_not_accept()
    {
        await using var matrix = await RunningMatrix.StartAsync(s_open);
        var anna = matrix.Homeserver.User("anna");
        var dead = anna.CreateRoom();
        matrix.Homeserver.Faults.Always(Operation.Join, Fault.ProxyError(502));
        anna.Invite(dead, "@bridge:hs.test");
        await matrix.UntilAsync(() => matrix.Homeserver.Count(Operation.Versions) >= 2); // at the start, and because of that
        await matrix.RestartAsync();
        await matrix.UntilAsync(() => matrix.Homeserver.Count(Operation.Join) >= 2 && matrix.Homeserver.Count(Operation.Versions) >= 4);
        Assert.Equal((0, 2), (matrix.Failures.Count, matrix.Connections));
        matrix.Homeserver.Faults.Clear();
        await matrix.RestartAsync();
        await matrix.UntilAsync(() =>
            matrix.Homeserver.StateOf(dead, "m.room.member", "@bridge:hs.test")?.GetProperty("membership").GetString() == "join");
    }

    [Fact]
    public async Task An_alias_of_a_dead_server_does_not_keep_the_endpoint_from_connecting()
    {
        await using var matrix = await RunningMatrix.PrepareAsync(interests: ["#alerts:dead.test"]);
        matrix.Homeserver.Faults.Always(Operation.Alias, Fault.ProxyError(502));
        await matrix.ConnectAsync();
        Assert.Empty(matrix.Failures);
    }

    [Fact]
    public async Task A_self_test_without_an_answer_ends_nothing_and_is_not_repeated_at_once()
    {
        await using var matrix = await RunningMatrix.PrepareAsync(options => options with { SelfTest = TimeSpan.FromHours(1) });
        matrix.Homeserver.Faults.Always(Operation.CreateRoom, Fault.ProxyError(502));
        await matrix.ConnectAsync();
        await matrix.UntilAsync(() => matrix.Homeserver.Count(Operation.Versions) >= 2); // at the start, and because of that
        await matrix.Delivered(matrix.From(RunningMatrix.RoomOf(matrix.Homeserver.User("anna")), "alert"));
        Assert.Equal((0, 1, 1), (matrix.Failures.Count, matrix.Connections, matrix.Homeserver.Count(Operation.CreateRoom)));
        Assert.Empty(matrix.Impairments);
    }
}
