using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix.Media;

/// <summary>Files from a room to Core, and from Core to a room.</summary>
public sealed class RoundTripTests
{
    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, 5_000_000).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task A_picture_of_5_MB_comes_with_its_bytes_and_its_caption()
    {
        await using var running = await RunningMatrix.StartAsync();
        var alice = running.Homeserver.User("alice");
        var room = await RoomAsync(running, alice);
        var url = alice.Upload(s_bytes, "image/png");
        alice.Send(room, new { msgtype = "m.image", body = "look", filename = "a.png", url, info = new { mimetype = "image/png", size = 1, w = 640, h = 480 } });

        var part = Assert.IsType<AttachmentPart>(((MessagePosted)(await running.HeardAsync(IsFile)).Event).Parts[0]);
        Assert.Equal(("a.png", "look", "image/png", 5_000_000L), (part.Name.Value, part.Caption?.Value, part.ContentType, part.Size));
        Assert.Equal((640, 480, AttachmentKind.Image), (part.Width, part.Height, part.ShownAs));
        Assert.Equal(s_bytes, running.Blobs[part.Blob!.Value]);
    }

    [Fact]
    public async Task A_file_whose_bytes_are_not_to_be_had_comes_without_them()
    {
        await using var running = await RunningMatrix.StartAsync();
        var alice = running.Homeserver.User("alice");
        var room = await RoomAsync(running, alice);
        alice.Send(room, new { msgtype = "m.file", body = "gone.pdf", url = "mxc://hs.test/gone", info = new { mimetype = "application/pdf", size = 10 } });

        var part = Assert.IsType<AttachmentPart>(((MessagePosted)(await running.HeardAsync(IsFile)).Event).Parts[0]);
        Assert.Null(part.Blob);
        Assert.NotEmpty(running.Memory.Dropped);
    }

    [Theory]
    [InlineData(AttachmentKind.Image, "m.image"), InlineData(AttachmentKind.File, "m.file"), InlineData(AttachmentKind.Audio, "m.audio")]
    [InlineData(AttachmentKind.Voice, "m.audio"), InlineData(AttachmentKind.Video, "m.video")]
    public async Task A_file_is_uploaded_once_and_shown_as_what_it_is(AttachmentKind kind, string type)
    {
        await using var running = await RunningMatrix.StartAsync();
        var alice = running.Homeserver.User("alice");
        var room = await RoomAsync(running, alice);
        var part = Part(running, kind) with { Caption = new MessageText("look"), Milliseconds = 1500 };
        await running.Delivered(running.From(room, new MessagePosted([part])));
        await running.Delivered(running.From(room, new MessagePosted([part with { Caption = null }])));

        var shown = running.Homeserver.MessagesIn(room);
        Assert.Equal((type, "look", "a.bin"), (shown[0].Text("msgtype"), shown[0].Body, shown[0].Text("filename")));
        Assert.Equal("a.bin", shown[1].Body);
        Assert.Equal(shown[0].Text("url"), shown[1].Text("url"));
        Assert.Equal(1, running.Homeserver.MediaCount);
        Assert.Equal((s_bytes, "application/x-test"), running.Homeserver.Media(shown[0].Text("url")!));
        Assert.Equal(1500, shown[0].Content.GetProperty("info").GetProperty("duration").GetInt32());
        Assert.Equal(kind == AttachmentKind.Voice, shown[0].Content.TryGetProperty("org.matrix.msc3245.voice", out _));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_new_caption_leaves_the_file_where_it_is(bool restarts)
    {
        await using var running = await RunningMatrix.StartAsync();
        var room = await RoomAsync(running, running.Homeserver.User("alice"));
        var id = await running.Delivered(running.From(room, new MessagePosted([Part(running, AttachmentKind.Image) with { Caption = new MessageText("lok") }])));
        if (restarts)
        {
            await running.RestartAsync();
        }

        await running.Delivered(running.From(room, new MessageEdited(id, new MessageText("look"))));
        var (first, edit) = (running.Homeserver.MessagesIn(room)[0], running.Homeserver.MessagesIn(room)[^1].Content.GetProperty("m.new_content"));
        Assert.Equal(("m.image", "look", "a.bin"), (edit.GetProperty("msgtype").GetString(), edit.GetProperty("body").GetString(), edit.GetProperty("filename").GetString()));
        Assert.Equal(first.Text("url"), edit.GetProperty("url").GetString());
        Assert.Equal(5_000_000, edit.GetProperty("info").GetProperty("size").GetInt32());
        Assert.False(edit.TryGetProperty("bridge.origin", out _));
    }

    [Fact]
    public async Task A_sticker_is_an_event_of_its_own_type()
    {
        await using var running = await RunningMatrix.StartAsync();
        var room = await RoomAsync(running, running.Homeserver.User("alice"));
        await running.Delivered(running.From(room, new MessagePosted([Part(running, AttachmentKind.Sticker)])));
        Assert.Equal("m.sticker", Assert.Single(running.Homeserver.MessagesIn(room)).Type);
    }

    [Fact]
    public async Task The_homeservers_limit_is_a_capability_and_an_upload_beyond_it_is_refused()
    {
        await using var running = await RunningMatrix.StartAsync(server: new HomeserverOptions { MediaLimit = 1_000_000 });
        var room = await RoomAsync(running, running.Homeserver.User("alice"));
        Assert.Equal(1_000_000, running.Endpoint.CapabilitiesOf(RunningMatrix.At(room)).MaxAttachment);
        Assert.IsType<SendResult.Refused>(await running.Send(running.From(room, new MessagePosted([Part(running, AttachmentKind.File)]))));
    }

    [Fact]
    public async Task A_media_repository_that_is_away_at_the_start_keeps_back_no_text_and_is_asked_again()
    {
        var clock = new ManualClock();
        await using var running = await RunningMatrix.PrepareAsync(server: new HomeserverOptions { MediaLimit = 1_000_000 }, clock: clock);
        running.Homeserver.Faults.Always(Operation.MediaConfig, Fault.ProxyError(502));
        running.Homeserver.Faults.Always(Operation.Upload, Fault.ProxyError(502));
        await running.ConnectAsync();
        var room = await RoomAsync(running, running.Homeserver.User("alice"));
        Assert.Empty(running.Failures);
        Assert.InRange(running.Endpoint.CapabilitiesOf(RunningMatrix.At(room)).MaxAttachment, s_bytes.Length, long.MaxValue);
        var file = running.From(room, new MessagePosted([Part(running, AttachmentKind.File)]));
        Assert.IsType<SendResult.Deferred>(await running.Send(file));

        running.Homeserver.Faults.Clear();
        await AMinuteAsync(running, clock, times: 5);
        Assert.IsType<SendResult.Refused>(await running.Send(file));
        Assert.Equal((2, 1), (running.Homeserver.Count(Operation.MediaConfig), running.Homeserver.Count(Operation.Upload)));
        Assert.Equal(1_000_000, running.Endpoint.CapabilitiesOf(RunningMatrix.At(room)).MaxAttachment);
    }

    [Fact]
    public async Task An_upload_that_was_cut_off_is_tried_again_and_never_uncertain()
    {
        await using var running = await RunningMatrix.StartAsync();
        var room = await RoomAsync(running, running.Homeserver.User("alice"));
        var outbound = running.From(room, new MessagePosted([Part(running, AttachmentKind.File)]));
        foreach (var fault in (Fault[])[Fault.AnswerLost, Fault.ConnectionLost, Fault.ProxyError(502), Fault.RateLimitedWithNeither])
        {
            running.Homeserver.Faults.Next(Operation.Upload, fault);
            Assert.IsType<SendResult.Deferred>(await running.Send(outbound));
        }

        await running.Delivered(outbound);
        Assert.Single(running.Homeserver.MessagesIn(room));
    }

    [Theory]
    [InlineData(-1), InlineData(0), InlineData(3_000_000)]
    public async Task A_file_that_is_damaged_where_Bridge_keeps_it_is_refused_and_keeps_nothing_waiting(int readable)
    {
        await using var running = await RunningMatrix.StartAsync();
        var room = await RoomAsync(running, running.Homeserver.User("alice"));
        var part = Part(running, AttachmentKind.File);
        running.Blobs.Damage(part.Blob!.Value, readable);
        var refused = Assert.IsType<SendResult.Refused>(await running.Send(running.From(room, new MessagePosted([part]))));
        Assert.Contains("damaged", refused.Why, StringComparison.Ordinal);
        Assert.Contains("bridge check", refused.Cure, StringComparison.Ordinal);
        await running.Delivered(running.From(room, "what is behind it"));
    }

    /// <summary>One that the endpoint waits for and nothing else.</summary>
    private static async Task AMinuteAsync(RunningMatrix running, ManualClock clock, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await running.UntilAsync(() => clock.IsDueIn(TimeSpan.FromMinutes(1)));
            clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private static AttachmentPart Part(RunningMatrix running, AttachmentKind kind) =>
        new(new MessageText("a.bin"), "application/x-test", s_bytes.Length) { Blob = running.Blobs.Store(s_bytes).Id, ShownAs = kind };

    private static bool IsFile(Inbound inbound) => inbound.Event is MessagePosted { Parts: [AttachmentPart] };

    /// <summary>The bot is in it, so that what is said there is pushed.</summary>
    private static async Task<string> RoomAsync(RunningMatrix running, MatrixUser alice)
    {
        var room = alice.CreateRoom(isPublic: true);
        await running.Delivered(running.From(room, "hello", sender: null));
        alice.Redact(room, running.Homeserver.MessagesIn(room)[0].Id);
        return room;
    }
}
