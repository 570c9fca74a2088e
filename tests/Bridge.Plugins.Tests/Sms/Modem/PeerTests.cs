using Bridge.Abstractions;
using Bridge.Plugins.Tests.Sms.Kannel;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Modem;

/// <summary>With two other programs on the other modem of the pair, which write and read PDUs in their own way.</summary>
public sealed class PeerTests
{
    private const string OtherNumber = "+4915100000002";

    // smsd sometimes stops reading its modem for a minute; its log does not say why.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private static IReadOnlyList<string> Texts => [.. KannelPeerTests.Texts.Select(row => row.Data.Item3)];

    [Fact]
    public async Task With_gammu_texts_arrive_intact_both_ways_and_are_reported()
    {
        Assert.SkipUnless(File.Exists(GammuProgram.Program), "gammu is not installed (Debian: gammu-smsd)");
        await using var sms = await RunningModem.StartAsync();
        await using var gammu = new GammuProgram(sms.Network.Add(OtherNumber));
        await ToAndFroAsync(sms, gammu);
    }

    [Fact]
    public async Task With_smstools_texts_arrive_intact_both_ways_and_are_reported()
    {
        Assert.SkipUnless(File.Exists(SmstoolsProgram.Program), "smstools3 is not installed (Debian: smstools)");
        await using var sms = await RunningModem.StartAsync();
        await using var smstools = new SmstoolsProgram(sms.Network.Add(OtherNumber));
        await ToAndFroAsync(sms, smstools);
    }

    /// <summary>Text alone: it knows no national alphabets, and shows other letters in their place, as old phones do.</summary>
    [Theory]
    [InlineData("Alarm", 0x10)]
    [InlineData("Тревога", 0x18)]
    public async Task Gammu_reads_a_flash_message(string text, int scheme)
    {
        Assert.SkipUnless(File.Exists(GammuProgram.Program), "gammu is not installed (Debian: gammu-smsd)");
        await using var sms = await RunningModem.StartAsync();
        await using var gammu = new GammuProgram(sms.Network.Add(OtherNumber));
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of(text, OtherNumber) with { Options = [new Property("flash", "true")] }));
        await sms.UntilAsync(() => gammu.Has([text]));
        Assert.Equal(scheme, Assert.Single(sms.Network.Taken).Scheme);
    }

    private static async Task ToAndFroAsync(RunningModem sms, PeerProgram peer)
    {
        foreach (var text in Texts)
        {
            Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of(text, OtherNumber)));
        }

        await UntilAsync(() => peer.Has(Texts));
        await sms.UntilAsync(() => sms.Reported.Count == Texts.Count);
        Assert.All(sms.Reported, report => Assert.Equal(DeliveryOutcome.Delivered, report.Outcome));
        foreach (var text in Texts)
        {
            await peer.SendAsync(RunningModem.Number, text);
        }

        await UntilAsync(() => Heard().Count == Texts.Count);
        Assert.All(Heard(), heard => Assert.Equal(OtherNumber, heard.Address.Rest));
        Assert.Equivalent(Texts, Heard().Select(heard => ((TextPart)((MessagePosted)heard.Event).Parts[0]).Text.Value), strict: true);

        List<Inbound> Heard() => [.. sms.Heard.Where(heard => heard.Event is MessagePosted)];

        async Task UntilAsync(Func<bool> condition)
        {
            try
            {
                await sms.UntilAsync(condition, s_patience);
            }
            catch (Exception failure)
            {
                Assert.Fail($"{failure.GetType().Name}: got {peer.Got}; {peer.Log}");
            }
        }
    }
}
