using Bridge.Abstractions;
using Bridge.Plugins.Tests.Broker;
using Bridge.Plugins.Tests.Sms.Kannel;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Smpp;

/// <summary>At an SMS centre of yet another make: Perl's Net::SMPP, which sends every part back as it came.</summary>
public sealed class PerlPeerTests
{
    private static string Script => Path.Combine(NodeClient.Folder(), "..", "perl", "smsc.pl");

    [Theory]
    [MemberData(nameof(KannelPeerTests.Texts), MemberType = typeof(KannelPeerTests))]
    public async Task A_text_goes_out_and_comes_back_intact_and_is_reported(string name, bool isUtf16, string text)
    {
        Assert.SkipUnless(File.Exists("/usr/share/perl5/Net/SMPP.pm"), "Net::SMPP is not installed (Debian: libnet-smpp-perl)");
        Assert.NotEmpty(name);
        await using var sms = await AtPeer.StartAsync(await PeerCentre.StartAsync("perl", [Script]));
        var outbound = sms.Of(text);
        Assert.IsType<SendResult.Accepted>(await sms.Send(outbound));
        await sms.UntilAsync(() => sms.Heard.Count == 2);
        Assert.Equal(new DeliveryReported(outbound.Key, DeliveryOutcome.Delivered), Assert.Single(sms.Reported));
        var back = Assert.Single(sms.Heard, heard => heard.Event is MessagePosted);
        Assert.Equal(("+4915112345678", text), (back.Address.Rest, ((TextPart)((MessagePosted)back.Event).Parts[0]).Text.Value));
        Assert.All(sms.Peer.Parts, part => Assert.Equal(isUtf16 ? 8 : 0, (int)part["coding"]!));
    }
}
