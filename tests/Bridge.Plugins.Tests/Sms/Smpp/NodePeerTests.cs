using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugins.Tests.Mqtt.Transport;
using Bridge.Plugins.Tests.Sms.Kannel;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Smpp;

/// <summary>At an SMS centre of another make: npm smpp, which reads and writes every text by itself.</summary>
public sealed class NodePeerTests
{
    [Theory]
    [MemberData(nameof(KannelPeerTests.Texts), MemberType = typeof(KannelPeerTests))]
    public async Task A_text_arrives_intact_and_is_reported(string name, bool isUtf16, string text)
    {
        Assert.NotEmpty(name);
        await using var sms = await AtPeer.StartAsync(await PeerCentre.NodeAsync());
        var outbound = sms.Of(text);
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        await sms.UntilAsync(() => sms.Reported.Count == 1);
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), sms.Reported[0]);
        Assert.Equal(text, sms.Peer.Text);
        Assert.All(sms.Peer.Parts, part => Assert.Equal((isUtf16 ? 8 : 0, "4915112345678", 1), ((int)part["coding"]!, (string)part["to"]!, (int)part["ton"]!)));
        Assert.Empty(sms.Memory.State);
    }

    /// <summary>Of the letters that it reads as the standard says: it takes either shift for both.</summary>
    [Theory]
    [InlineData(NationalAlphabet.Turkish, "Şu ığdır ağacı çok güzel {€} ", 1)]
    [InlineData(NationalAlphabet.Spanish, "Aquí llovió según dijo Íñigo, ¡qué día! ", 1)]
    [InlineData(NationalAlphabet.Turkish, "Şu ığdır ağacı çok güzel {€} ", 8)]
    public async Task A_text_in_a_national_alphabet_arrives_intact(NationalAlphabet alphabet, string words, int times)
    {
        var text = string.Concat(Enumerable.Repeat(words, 3 * times));
        await using var sms = await AtPeer.StartAsync(await PeerCentre.NodeAsync(), change: options => options with { Alphabets = [alphabet] });
        var outbound = sms.Of(text);
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        Assert.Equal(text, sms.Peer.Text);
        Assert.All(sms.Peer.Parts, part => Assert.Equal(0, (int)part["coding"]!));
        Assert.Equal(((IMeasure)sms.Endpoint).UnitsOf(outbound), sms.Peer.Parts.Count);
        await sms.UntilAsync(() => sms.Reported.Count == 1);
    }

    [Fact]
    public async Task A_failure_is_reported_and_an_end_of_use_understood()
    {
        await using var sms = await AtPeer.StartAsync(await PeerCentre.NodeAsync());
        var end = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(2);
        await sms.Send(sms.Of("x", to: "+4915112345671") with { Expires = end });
        await sms.UntilAsync(() => sms.Reported.Count == 1);
        Assert.Equal(DeliveryOutcome.Failed, sms.Reported[0].Outcome);
        var validity = DateTimeOffset.Parse((string)sms.Peer.Parts[0]["validity"]!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(end, validity, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task What_it_sends_is_heard_whatever_its_coding_and_length()
    {
        await using var sms = await AtPeer.StartAsync(await PeerCentre.NodeAsync());
        var longText = string.Concat(Enumerable.Repeat("Привет 😀 ", 40));
        await DeliverAsync(sms, new JsonObject { ["data_coding"] = 0, ["short_message"] = "5 € {[~]}" });
        await DeliverAsync(sms, new JsonObject { ["short_message"] = "П😀" });
        await DeliverAsync(sms, new JsonObject { ["message_payload"] = longText });
        foreach (var (header, words) in ((string, string)[])[("0500032a0202", "two"), ("0500032a0201", "one and ")])
        {
            var part = new JsonObject { ["udh"] = header, ["message"] = words };
            await DeliverAsync(sms, new JsonObject { ["data_coding"] = 0, ["esm_class"] = 0x40, ["short_message"] = part });
        }

        await sms.UntilAsync(() => sms.Peer.Answers.Count == 5);
        Assert.All(sms.Peer.Answers, status => Assert.Equal(0, status));
        var texts = sms.Heard.Select(heard => ((TextPart)((MessagePosted)heard.Event).Parts[0]).Text.Value);
        Assert.Equal(["5 € {[~]}", "П😀", longText, "one and two"], texts);
        Assert.All(sms.Heard, heard => Assert.Equal("+4915100000012", heard.Address.Rest));
    }

    [Fact]
    public async Task It_is_left_alone_while_it_throttles_and_bound_again_after_a_drop_and_an_unbind()
    {
        await using var sms = await AtPeer.StartAsync(await PeerCentre.NodeAsync());
        await sms.Peer.TellAsync(new { throttle = 1 });
        await sms.Peer.TellAsync("drop");
        await sms.UntilAsync(() => sms.Connections == 2);
        var outbound = sms.Of("x");
        var after = Assert.IsType<SendResult.Deferred>(await sms.Send(outbound)).After;
        Assert.InRange(after!.Value, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1));
        await sms.Peer.TellAsync("unbind");
        await sms.UntilAsync(() => sms.Connections == 3);
        SendResult result = new SendResult.Deferred("");
        while (result is SendResult.Deferred)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
            result = await sms.Send(outbound);
        }

        Assert.IsType<SendResult.Accepted>(result);
        Assert.Single(sms.Peer.Parts);
    }

    [Fact]
    public async Task TLS_is_spoken_and_the_certificate_checked()
    {
        using var certificates = new TestCertificates();
        var files = certificates.Server;
        var trusting = new SmppTlsOptions { Ca = new FileInfo(certificates.Ca) };
        await using (var sms = await AtPeer.StartAsync(await PeerCentre.NodeAsync(files.Key, files.Cert), trusting))
        {
            Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        }

        await using var stranger = await AtPeer.StartAsync(await PeerCentre.NodeAsync(files.Key, files.Cert), new SmppTlsOptions());
        Assert.Contains("driver.tls.ca", stranger.Failures[0].Message, StringComparison.Ordinal);
    }

    private static async Task DeliverAsync(AtPeer sms, JsonObject message)
    {
        message["source_addr_ton"] = 1;
        message["source_addr"] = "4915100000012";
        message["destination_addr"] = "12345";
        await sms.Peer.TellAsync(new JsonObject { ["deliver"] = message });
    }
}
