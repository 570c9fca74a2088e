using Bridge.Abstractions;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>Homeservers that do not let names and pictures be set.</summary>
public sealed class ProfileTests
{
    private const string Ghost = "@bridge_modem_=2b491700001:hs.test";

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    public async Task A_name_that_is_refused_costs_no_message_and_is_told_in_the_next_run(int status)
    {
        await using var matrix = await RunningMatrix.PrepareAsync();
        matrix.Homeserver.Faults.Always(Operation.SetProfile, Refusal(status));
        await matrix.ConnectAsync();
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        await matrix.Delivered(matrix.From(room, "1"));
        await matrix.Delivered(matrix.From(room, "2"));
        Assert.Equal([Ghost, Ghost], matrix.Homeserver.MessagesIn(room).Select(said => said.Sender));
        Assert.Equal(2, matrix.Homeserver.Count(Operation.SetProfile)); // the bot's and the ghost's
        Assert.Contains("name", Assert.Single(matrix.Reports), StringComparison.Ordinal);
        Assert.Equal((0, 1), (matrix.Failures.Count, matrix.Connections));

        matrix.Homeserver.Faults.Clear();
        await matrix.RestartAsync();
        await matrix.Delivered(matrix.From(room, "3"));
        Assert.Equal("Al", matrix.Homeserver.StateOf(room, "m.room.member", Ghost)!.Value.GetProperty("displayname").GetString());
    }

    [Fact]
    public async Task A_picture_that_is_refused_costs_no_message()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        matrix.Homeserver.Faults.When(call => call.Path.EndsWith("/avatar_url", StringComparison.Ordinal), Refusal(403));
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 1, 2, 3, 4, 5, 6, 7, 8, 9];
        var picture = (await matrix.Blobs.StoreAsync(new MemoryStream(png), 1000, TestContext.Current.CancellationToken)).Id;
        var room = RunningMatrix.RoomOf(matrix.Homeserver.User("anna"));
        var sender = new Sender("+491700001", "Al") { Picture = picture };
        await matrix.Delivered(matrix.From(room, "1") with { Sender = sender });
        await matrix.Delivered(matrix.From(room, "2") with { Sender = sender });
        Assert.Equal([Ghost, Ghost], matrix.Homeserver.MessagesIn(room).Select(said => said.Sender));
        Assert.Equal(3, matrix.Homeserver.Count(Operation.SetProfile)); // the bot's name, the ghost's, and its picture once
    }

    [Fact]
    public async Task Strangers_whose_homeserver_is_slow_are_heard_at_once_and_by_name()
    {
        await using var matrix = await RunningMatrix.StartAsync();
        matrix.Homeserver.Faults.When(call => call.Operation == Operation.Profile && call.Path.EndsWith("slow.test", StringComparison.Ordinal), Fault.Slow(TimeSpan.FromSeconds(10)));
        var anna = matrix.Homeserver.User("anna");
        var room = anna.CreateRoom(isPublic: true);
        var strangers = Enumerable.Range(0, 25).Select(number => matrix.Homeserver.Stranger($"mallory{number}", "slow.test")).ToList();
        strangers.ForEach(stranger => stranger.Join(room));
        anna.Invite(room, "@bridge:hs.test");
        await matrix.UntilAsync(() => ReceivingTests.IsIn(matrix, room));
        strangers.ForEach(stranger => stranger.Say(room, "hi"));
        anna.Say(room, "now");
        Assert.Equal("anna", (await matrix.HeardAsync(ReceivingTests.Says("now"))).Sender!.Name);
        Assert.Equal(Enumerable.Range(0, 25).Select(number => $"mallory{number}"), matrix.Heard.Where(ReceivingTests.Says("hi")).Select(said => said.Sender!.Name));
    }

    private static Fault.Answers Refusal(int status) => new(Answer.Error(status, "M_FORBIDDEN", "Changing display name is disabled on this server"));
}
