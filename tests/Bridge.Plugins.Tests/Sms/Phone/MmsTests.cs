using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Phone;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Phone;

/// <summary>Files that come to the phone as MMS.</summary>
public sealed class MmsTests
{
    private static readonly byte[] s_picture = [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];

    [Fact]
    public async Task An_MMS_is_heard_with_its_files_and_known_again()
    {
        await using var sms = await RunningPhone.StartAsync(RunningPhone.Called);
        var layout = File("application/smil", "layout.xml", "<smil/>"u8.ToArray());
        var payload = Mms("look", layout, File("image/jpeg", "dog.jpg", s_picture), File("video/3gpp", null, [1]), File("audio/amr", "late.amr", bytes: null));
        Assert.Equal(200, (await sms.Call("mms:downloaded", payload)).Status);
        Assert.Equal(200, (await sms.Call("mms:downloaded", payload)).Status);

        var parts = Assert.IsType<MessagePosted>(sms.Heard[0].Event).Parts;
        Assert.Equal("look\n[audio/amr, on the phone]", Assert.IsType<TextPart>(parts[0]).Text.Value);
        var (picture, film) = (Assert.IsType<AttachmentPart>(parts[1]), Assert.IsType<AttachmentPart>(parts[2]));
        Assert.Equal(("dog.jpg", "image/jpeg", AttachmentKind.Image), (picture.Name.Value, picture.ContentType, picture.ShownAs));
        Assert.Equal(("mms-2.3gpp", AttachmentKind.Video), (film.Name.Value, film.ShownAs));
        Assert.Equal(s_picture, sms.Blobs[picture.Blob!.Value]);
        Assert.Equal(("+4915100000012", sms.Heard[0].NativeId), (sms.Heard[0].Address.Rest, sms.Heard[1].NativeId)); // so Core drops one
    }

    [Fact]
    public async Task It_is_not_taken_for_an_SMS_of_the_same_number()
    {
        await using var sms = await RunningPhone.StartAsync(RunningPhone.Called, before: phone => phone.InboxStatus = 501); // else the SMS may be read there, too
        var came = sms.Phone.Receive("+4915100000012", "x", TimeProvider.System.GetUtcNow());
        await sms.Call("sms:received", PhoneCalls.Of(came));
        var payload = Mms("look", File("image/jpeg", "dog.jpg", s_picture));
        (payload["messageId"], payload["receivedAt"]) = ((string?)PhoneCalls.Of(came)["messageId"], (string?)PhoneCalls.Of(came)["receivedAt"]);
        await sms.Call("mms:downloaded", payload);
        Assert.NotEqual(sms.Heard[0].NativeId, sms.Heard[1].NativeId);
    }

    [Fact]
    public async Task An_app_that_does_not_know_MMS_is_used_all_the_same()
    {
        await using var sms = await RunningPhone.StartAsync(RunningPhone.Called, before: phone => phone.KnowsMms = false);
        Assert.Equal(3, sms.Phone.Registrations);
        Assert.Null(sms.Impairment);
    }

    [Fact]
    public void A_picture_of_megabytes_fits_into_a_call() => Assert.InRange(PhoneFiles.MostBytes, 5_000_000 * 4 / 3, 10_000_000);

    [Fact]
    public void Any_words_are_a_call()
    {
        var random = new Random(510);
        var seed = PhoneCalls.Envelope("mms:downloaded", Mms("look", File("image/jpeg", "dog.jpg", s_picture)));
        for (var i = 0; i < 5_000; i++)
        {
            byte[] body = [.. seed];
            for (var n = random.Next(6); n > 0; n--)
            {
                body[random.Next(body.Length)] = random.Next(2) == 0 ? "{}[]\",:nul0"u8[random.Next(11)] : (byte)random.Next(256);
            }

            if (ForeignJson.TryRead(body.AsSpan(0, random.Next(body.Length + 1)), PhoneJson.Default.WebhookCall) is { Payload: { } payload })
            {
                _ = PhoneArrival.OfMms(payload, [], []);
                Assert.True(new PhoneFiles(new Testing.Endpoints.MemoryBlobs()).BringAsync(payload, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
            }
        }
    }

    private static JsonObject Mms(string text, params JsonNode[] files) => new()
    {
        ["messageId"] = "41", ["sender"] = "+4915100000012", ["recipient"] = null, ["simNumber"] = 1, ["subject"] = null, ["body"] = text,
        ["attachments"] = new JsonArray([.. files]), ["receivedAt"] = "2026-11-22T14:00:00+01:00",
    };

    private static JsonObject File(string type, string? name, byte[]? bytes) => new()
    {
        ["partId"] = 1, ["contentType"] = type, ["name"] = name, ["size"] = bytes?.Length, ["data"] = bytes is null ? null : Convert.ToBase64String(bytes),
    };
}
