using System.Text;
using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Twilio;

/// <summary>Files, which Twilio carries as MMS.</summary>
public sealed class MmsTests
{
    private static readonly byte[] s_picture = [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];

    [Fact]
    public async Task What_is_attached_is_fetched_and_stands_behind_the_text()
    {
        await using var sms = await RunningTwilio.StartAsync();
        var picture = sms.Twilio.Keep("MM1", "ME1", "image/jpeg", s_picture);
        var sound = sms.Twilio.Keep("MM1", "ME2", "audio/amr", "#!AMR"u8.ToArray());
        Assert.Equal(200, (await sms.Call("/message", Mms("MM1", "look", (picture, "image/jpeg"), (sound, "audio/amr")))).Status);

        var parts = PartsOf(sms.Heard[0]);
        Assert.Equal(new TextPart(new MessageText("look")), parts[0]);
        var (first, second) = (Assert.IsType<AttachmentPart>(parts[1]), Assert.IsType<AttachmentPart>(parts[2]));
        Assert.Equal(("mms-1.jpeg", "image/jpeg", AttachmentKind.Image, 7), (first.Name.Value, first.ContentType, first.ShownAs, first.Size));
        Assert.Equal(("mms-2.amr", "audio/amr", AttachmentKind.Audio), (second.Name.Value, second.ContentType, second.ShownAs));
        Assert.Equal(s_picture, sms.Blobs[first.Blob!.Value]);
        Assert.Empty(sms.Twilio.ShownElsewhere);
    }

    [Fact]
    public async Task A_picture_alone_needs_no_text()
    {
        await using var sms = await RunningTwilio.StartAsync();
        await sms.Call("/message", Mms("MM1", "", (sms.Twilio.Keep("MM1", "ME1", "image/png", s_picture), "image/png")));
        Assert.IsType<AttachmentPart>(Assert.Single(PartsOf(sms.Heard[0])));
    }

    [Fact]
    public async Task What_cannot_be_fetched_stays_a_link_and_nobody_else_is_shown_the_password()
    {
        await using var sms = await RunningTwilio.StartAsync();
        await using var other = await TwilioDouble.StartAsync();
        var picture = sms.Twilio.Keep("MM1", "ME1", "image/jpeg", s_picture);
        var large = sms.Twilio.Keep("MM1", "ME2", "video/mp4", new byte[6 * 1024 * 1024]);
        var foreign = other.Keep("MM1", "ME1", "image/jpeg", s_picture);
        await sms.Call("/message", Mms("MM1", "look", (picture + "x", "image/jpeg"), (large, "video/mp4"), (foreign, "image/jpeg"), (picture, "image/jpeg")));
        var parts = PartsOf(sms.Heard[0]);
        Assert.Equal($"look\n{picture}x\n{large}\n{foreign}", Assert.IsType<TextPart>(parts[0]).Text.Value);
        Assert.Equal("mms-1.jpeg", Assert.IsType<AttachmentPart>(parts[1]).Name.Value);
    }

    [Fact]
    public async Task What_came_while_Bridge_was_away_has_its_files_too()
    {
        await using var sms = await RunningTwilio.StartAsync();
        await sms.UntilAsync(() => sms.Twilio.Listings > 0);
        sms.Twilio.Keep("MM1", "ME1", "image/jpeg", s_picture);
        sms.Twilio.Receive("MM1", "+4915100000012", "look", TimeProvider.System.GetUtcNow(), files: 1);
        await sms.RestartAsync();
        await sms.UntilAsync(() => sms.Heard.Count > 0);
        var parts = PartsOf(sms.Heard[0]);
        Assert.Equal(new TextPart(new MessageText("look")), parts[0]);
        Assert.Equal(s_picture, sms.Blobs[Assert.IsType<AttachmentPart>(parts[1]).Blob!.Value]);
    }

    [Theory]
    [InlineData("image/jpeg", "image/jpeg")]
    [InlineData("image/svg+xml", "application/octet-stream")]
    [InlineData("text/html", "application/octet-stream")]
    [InlineData("image/jpeg\r\nX-Evil: 1", "application/octet-stream")]
    public async Task A_file_goes_as_a_link_that_Twilio_alone_was_given(string type, string served)
    {
        await using var sms = await RunningTwilio.StartAsync(driver => driver with { Mms = true });
        Assert.IsType<SendResult.Accepted>(await sms.Send(Sent(sms, type, "look")));
        var taken = Assert.Single(sms.Twilio.All);
        Assert.Equal("look", taken.Text);
        var link = taken.Fields["MediaUrl"];
        Assert.StartsWith(RunningTwilio.Callback + "/media?", link, StringComparison.Ordinal);

        var reply = await Get(sms, link);
        Assert.Equal((200, served), (reply.Status, reply.ContentType));
        Assert.Equal(s_picture, reply.Body.ToArray());
    }

    [Fact]
    public async Task A_file_without_words_is_a_message_and_paid_for()
    {
        await using var sms = await RunningTwilio.StartAsync(driver => driver with { Mms = true });
        var outbound = Sent(sms, "image/jpeg", caption: null);
        Assert.Equal(1, sms.Endpoint.UnitsOf(outbound));
        await sms.Send(outbound);
        Assert.DoesNotContain("Body", Assert.Single(sms.Twilio.All).Fields.Keys);
    }

    [Fact]
    public async Task A_link_holds_for_one_file_and_for_some_hours()
    {
        var clock = new ManualClock();
        await using var sms = await RunningTwilio.StartAsync(driver => driver with { Mms = true }, clock: clock);
        await sms.Send(Sent(sms, "image/jpeg", "look"));
        var link = Assert.Single(sms.Twilio.All).Fields["MediaUrl"];
        var other = sms.Blobs.Store([1]).Id.Value;
        foreach (var forged in (string[])[link[..^1] + (link[^1] == 'A' ? 'B' : 'A'), link.Replace("jpeg", "html", StringComparison.Ordinal), Changed(link, "file", other), Changed(link, "until", "99999999999"), $"{RunningTwilio.Callback}/media"])
        {
            Assert.Equal(403, (await Get(sms, forged)).Status);
        }

        Assert.Equal(405, (await Get(sms, link, "POST")).Status);
        Assert.Equal(200, (await Get(sms, link, "HEAD")).Status);
        await sms.StopAsync();
        clock.Advance(TimeSpan.FromHours(7));
        await sms.RestartAsync();
        Assert.Equal(403, (await Get(sms, link)).Status);
    }

    [Fact]
    public async Task Without_mms_files_are_no_matter_of_this_endpoint()
    {
        await using var sms = await RunningTwilio.StartAsync();
        Assert.False(sms.Endpoint.CapabilitiesOf(sms.Of("x").To).Sends.HasFlag(EventFeature.Attachment));
        await using var mms = await RunningTwilio.StartAsync(driver => driver with { Mms = true });
        Assert.True(mms.Endpoint.CapabilitiesOf(mms.Of("x").To).Sends.HasFlag(EventFeature.Attachment));
    }

    private static Outbound Sent(RunningTwilio sms, string type, string? caption) => sms.Of("") with
    {
        Content = new MessagePosted([new AttachmentPart(new MessageText("p.jpg"), type, s_picture.Length)
        {
            Blob = sms.Blobs.Store(s_picture).Id, Caption = caption is null ? null : new MessageText(caption),
        }]),
    };

    private static Task<HttpReply> Get(RunningTwilio sms, string link, string method = "GET") => sms.Call(link[RunningTwilio.Callback.Length..], [], signature: null, method);

    private static string Changed(string link, string field, string value) =>
        string.Join('&', link.Split('&').Select(pair => pair.Contains(field + "=", StringComparison.Ordinal) ? pair[..(pair.LastIndexOf('=') + 1)] + value : pair));

    private static (string Name, string Value)[] Mms(string id, string text, params (string Link, string Type)[] files) =>
    [
        .. TwilioCalls.Message(id, "+4915100000012", text).Where(field => field.Name != "NumMedia"), ("NumMedia", Encoding.ASCII.GetString([(byte)('0' + files.Length)])),
        .. files.SelectMany((file, index) => ((string, string)[])[($"MediaUrl{index}", file.Link), ($"MediaContentType{index}", file.Type)]),
    ];

    private static EquatableArray<MessagePart> PartsOf(Inbound inbound) => Assert.IsType<MessagePosted>(inbound.Event).Parts;
}
