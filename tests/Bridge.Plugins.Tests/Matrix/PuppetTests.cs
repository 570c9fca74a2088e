using System.Text.RegularExpressions;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>The token for people whom Bridge speaks for is another than its own: without it their ghosts speak.</summary>
public sealed class PuppetTests
{
    private const string Token = "puppet-token";
    private static readonly Func<MatrixOptions, MatrixOptions> s_speaking =
        options => options with { DoublePuppets = new PuppetOptions { AsToken = new Secret(Token) } };

    [Fact]
    public async Task Where_the_homeserver_was_not_given_the_second_registration_ghosts_speak_and_the_endpoint_says_so()
    {
        await using var matrix = await RunningMatrix.StartAsync(s_speaking);
        await matrix.UntilAsync(() => matrix.Impairments.Count > 0);
        Assert.Contains("double_puppets", Assert.Single(matrix.Impairments), StringComparison.Ordinal);
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        await matrix.Delivered(matrix.From(room, "from my phone") with { SenderHere = anna.Id });
        Assert.Equal("@bridge_modem_=2b491700001:hs.test", Assert.Single(matrix.Homeserver.MessagesIn(room)).Sender);
        Assert.Equal((0, 1), (matrix.Failures.Count, matrix.Connections));
    }

    [Fact]
    public async Task Of_two_registration_files_the_one_that_is_not_there_is_named()
    {
        var nowhere = new FileInfo(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        await using var matrix = await RunningMatrix.PrepareAsync(options => options with { DoublePuppets = new PuppetOptions { File = nowhere } });
        matrix.Start();
        await matrix.UntilAsync(() => matrix.Failures.Count > 0);
        Assert.StartsWith("double_puppets.file: there is no registration file yet: write it with 'bridge registration'", matrix.Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_refused_later_stops_nothing_and_is_shown_again_every_minute()
    {
        var clock = new ManualClock();
        await using var matrix = await SpeakingAsync(clock);
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        var asAnna = await matrix.Delivered(matrix.From(room, "as anna") with { SenderHere = anna.Id });
        matrix.Homeserver.Faults.When(call => call.Token == Token, Fault.UnknownToken);
        clock.Advance(TimeSpan.FromSeconds(7)); // whatever begins to wait a minute from now on is due at another time than what did before
        await matrix.Delivered(matrix.From(room, "as a ghost") with { SenderHere = anna.Id });
        var edit = await matrix.Send(matrix.From(room, new MessageEdited(asAnna, new MessageText("as nobody"))) with { SenderHere = anna.Id });
        Assert.Contains("second registration", Assert.IsType<SendResult.Refused>(edit).Cure, StringComparison.Ordinal);
        await matrix.UntilAsync(() => matrix.Impairments.Count == 1 && clock.IsDueIn(TimeSpan.FromMinutes(1)));

        matrix.Homeserver.Faults.Clear();
        clock.Advance(TimeSpan.FromMinutes(1));
        await matrix.UntilAsync(() => matrix.Impairments.Count == 2);
        Assert.Null(matrix.Impairments[1]);
        await matrix.Delivered(matrix.From(room, "as anna again") with { SenderHere = anna.Id });
        const string Ghost = "@bridge_modem_=2b491700001:hs.test";
        Assert.Equal([anna.Id, Ghost, anna.Id], matrix.Homeserver.MessagesIn(room).Select(said => said.Sender));
        Assert.Equal((0, 1), (matrix.Failures.Count, matrix.Connections));
    }

    [Theory]
    [InlineData("10")]
    [InlineData("12")]
    public async Task What_Bridge_takes_back_for_a_person_is_not_heard_as_taken_back_by_him(string version)
    {
        await using var matrix = await SpeakingAsync();
        var anna = matrix.Homeserver.User("anna");
        var room = anna.CreateRoom(version: version);
        anna.Invite(room, "@bridge:hs.test");
        await matrix.UntilAsync(() => ReceivingTests.IsIn(matrix, room));
        var said = new NativeId(anna.Say(room, "hello"));
        var reaction = await matrix.Delivered(matrix.From(room, new ReactionChanged(said, new MessageText("👍"))) with { SenderHere = anna.Id });
        var takenBack = new ReactionChanged(said, new MessageText("👍"), Removed: true);
        await matrix.Delivered(matrix.From(room, takenBack) with { SenderHere = anna.Id, Earlier = [reaction] });
        anna.Redact(room, said.Value);
        await matrix.HeardAsync(inbound => inbound.Event is MessageDeleted);
        var redactions = matrix.Homeserver.EventsIn(room, happened => happened.Type == "m.room.redaction");
        Assert.Equal([anna.Id, anna.Id], redactions.Select(happened => happened.Sender));
        Assert.Equal(said, Assert.Single(matrix.Heard.Select(inbound => inbound.Event).OfType<MessageDeleted>()).Target);

        // A copy of the mark does not make Bridge's own of what she takes back herself.
        var second = anna.Say(room, "again");
        anna.Redact(room, second, redactions[0].Content);
        await matrix.HeardAsync(inbound => inbound.Event is MessageDeleted deleted && deleted.Target.Value == second);
    }

    [Fact]
    public async Task What_Bridge_reads_for_a_person_is_not_heard_as_read_by_her()
    {
        await using var matrix = await SpeakingAsync();
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        var (first, second) = (await matrix.Delivered(matrix.From(room, "one")), await matrix.Delivered(matrix.From(room, "two")));
        var read = matrix.From(room, new ReceiptReported(first, Read: true)) with { SenderHere = anna.Id };
        Assert.IsType<SendResult.Delivered>(await matrix.Send(read));
        Assert.Contains(anna.Id, matrix.Homeserver.ReadersOf(room, first.Value));
        anna.Type(room);
        await matrix.HeardAsync(inbound => inbound.Event is TypingChanged);
        anna.Read(room, second.Value);
        await matrix.HeardAsync(inbound => inbound.Event is ReceiptReported);
        Assert.Equal(second, Assert.Single(matrix.Heard.Select(inbound => inbound.Event).OfType<ReceiptReported>()).UpTo);
    }

    [Fact]
    public async Task Trying_the_connection_tells_which_registration_is_missing()
    {
        await using var matrix = await RunningMatrix.PrepareAsync(s_speaking);
        var failed = Assert.IsType<ProbeResult.Fails>(await matrix.Endpoint.ProbeAsync(TestContext.Current.CancellationToken));
        Assert.Contains("double_puppets", failed.Why, StringComparison.Ordinal);
        Assert.Contains("second registration", failed.Cure, StringComparison.Ordinal);
    }

    /// <summary>For everybody of the homeserver.</summary>
    private static async Task<RunningMatrix> SpeakingAsync(ManualClock? clock = null)
    {
        var matrix = await RunningMatrix.PrepareAsync(s_speaking, clock: clock);
        var everybody = new Regex("^@.*:hs\\.test$", RegexOptions.NonBacktracking);
        matrix.Homeserver.Register(new AppService { Id = "puppets", AsToken = Token, Users = [], Aliases = [], Guests = [everybody] });
        await matrix.ConnectAsync();
        return matrix;
    }
}
