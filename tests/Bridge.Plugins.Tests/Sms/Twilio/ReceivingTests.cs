using System.Text;
using Bridge.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Twilio;

public sealed class ReceivingTests
{
    [Fact]
    public async Task What_comes_in_is_named_as_Twilio_names_it_and_answered_with_nothing_to_say()
    {
        await using var sms = await RunningTwilio.StartAsync();
        var reply = await sms.Message("+4915100000012", "Grüße 😀 & mehr = 100%\n+1", "SM0123456789abcdef0123456789abcdef");
        Assert.Equal((200, "text/xml"), (reply.Status, reply.ContentType));
        Assert.Equal("""<?xml version="1.0" encoding="UTF-8"?><Response/>""", Encoding.UTF8.GetString(reply.Body.Span));
        var heard = Assert.Single(sms.Heard);
        Assert.Equal(("+4915100000012", "SM0123456789abcdef0123456789abcdef"), (heard.Address.Rest, heard.NativeId!.Value.Value));
        Assert.Equal("Grüße 😀 & mehr = 100%\n+1", TextOf(heard));
        await sms.Message("+4915100000012", "Grüße 😀 & mehr = 100%\n+1", "SM0123456789abcdef0123456789abcdef");
        Assert.Single(sms.Heard.Select(each => each.NativeId!.Value.Value).Distinct()); // so Core drops all but one
    }

    [Theory]
    [InlineData("0151 00000012", "+4915100000012")]
    [InlineData("12345", "12345")]
    [InlineData("ACME", "ACME")]
    public async Task Whoever_sends_has_one_address(string from, string address)
    {
        await using var sms = await RunningTwilio.StartAsync();
        await sms.Message(from, "");
        Assert.Equal((address, ""), (sms.Heard[0].Address.Rest, TextOf(sms.Heard[0])));
    }

    [Fact]
    public async Task What_is_attached_becomes_links_behind_the_text()
    {
        await using var sms = await RunningTwilio.StartAsync();
        var link = $"https://api.twilio.com/2010-04-01/Accounts/{TwilioDouble.Account}/Messages/MM1/Media/ME1";
        var plain = TwilioCalls.Message("MM1", "+4915100000012", "look").Where(field => field.Name != "NumMedia").ToArray();
        await sms.Call("/message", [.. plain, ("NumMedia", "3"), ("MediaUrl0", link), ("MediaUrl1", "javascript:alert(1)"), ("MediaContentType0", "image/jpeg")]);
        Assert.Equal("look\n" + link, TextOf(sms.Heard[0]));
        var silent = plain.Select(field => field.Name == "Body" ? ("Body", "") : field);
        await sms.Call("/message", [.. silent, ("NumMedia", "1"), ("MediaUrl0", link)]);
        Assert.Equal(link, TextOf(sms.Heard[1]));
    }

    [Fact]
    public async Task What_could_not_be_stored_is_not_acknowledged()
    {
        await using var sms = await RunningTwilio.StartAsync();
        sms.Memory.BeforeCommit = _ => throw new IOException("the store failed");
        await Assert.ThrowsAsync<IOException>(() => sms.Message("+4915100000012", "x"));
        sms.Memory.BeforeCommit = null;
        Assert.Equal(200, (await sms.Message("+4915100000012", "x")).Status);
        Assert.Single(sms.Heard);
    }

    [Fact]
    public async Task Only_what_Twilio_signed_for_the_public_address_is_believed()
    {
        await using var sms = await RunningTwilio.StartAsync();
        var fields = TwilioCalls.Message("SM1", "+4915100000012", "x");
        var body = TwilioCalls.Encode(fields);
        var signature = TwilioCalls.Sign(RunningTwilio.Callback + "/message", fields);
        Assert.Equal(401, (await sms.Call("/message", body, null)).Status);
        Assert.Equal(403, (await sms.Call("/message", body, "")).Status);
        Assert.Equal(403, (await sms.Call("/message", body, TwilioCalls.Sign(RunningTwilio.Callback + "/message", fields, "another token"))).Status);
        Assert.Equal(403, (await sms.Call("/message", body, TwilioCalls.Sign("http://127.0.0.1:8480/endpoints/sms/message", fields))).Status);
        Assert.Equal(403, (await sms.Call("/message", [.. body, .. "&x=y"u8], signature)).Status);
        Assert.Equal(403, (await sms.Call("/message?x=y", body, signature)).Status);
        Assert.Equal(403, (await sms.Call("/report?key=key1", body, signature)).Status);
        Assert.Equal(404, (await sms.Call("/other", body, signature)).Status);
        Assert.Equal(405, (await sms.Call("/message", body, signature, "GET")).Status);
        Assert.Empty(sms.Heard);
        Assert.Empty(sms.Reported);
        Assert.Equal([1, 6], sms.Memory.Dropped.Values.Order()); // none, wrong ones
        Assert.Equal(200, (await sms.Call("/message", body, signature)).Status);
        Assert.Equal(200, (await sms.Call("/message", body, TwilioCalls.Sign("https://bridge.example.org:443/endpoints/sms/message", fields))).Status);
    }

    [Fact]
    public async Task Whatever_is_called_is_answered()
    {
        var random = new Random(517);
        await using var sms = await RunningTwilio.StartAsync();
        var seed = TwilioCalls.Message("SM1", "+4915100000012", "x 😀");
        for (var i = 0; i < 3_000; i++)
        {
            var fields = seed.Where(_ => random.Next(8) > 0).DistinctBy(field => field.Name)
                .Select(field => random.Next(6) == 0 ? (field.Name, Value: Noise(random)) : (field.Name, field.Value)).ToArray();
            Assert.Contains((await sms.Call(random.Next(2) == 0 ? "/message" : "/report?key=" + (char)random.Next('a', 'z'), fields)).Status, (int[])[200, 400]);
            Assert.Equal(403, (await sms.Call("/message", Encoding.UTF8.GetBytes(Noise(random)), Noise(random))).Status);
        }
    }

    private static string Noise(Random random)
    {
        var noise = new char[random.Next(80)];
        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] = (char)random.Next(1, 0xd000);
        }

        return new string(noise);
    }

    private static string TextOf(Inbound inbound) => ((TextPart)Assert.IsType<MessagePosted>(inbound.Event).Parts[0]).Text.Value;
}
