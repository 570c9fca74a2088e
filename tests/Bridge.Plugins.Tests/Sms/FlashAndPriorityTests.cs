using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Bridge.Plugins.Tests.Sms.Kannel;
using Bridge.Plugins.Tests.Sms.Modem;
using Bridge.Plugins.Tests.Sms.Phone;
using Bridge.Plugins.Tests.Sms.Smpp;
using Xunit;

namespace Bridge.Plugins.Tests.Sms;

public sealed class FlashAndPriorityTests
{
    [Theory]
    [InlineData("Alarm", 0x00, 0x10)]
    [InlineData("Тревога", 0x08, 0x18)]
    public async Task A_modem_is_given_the_class_of_a_flash_message(string text, int scheme, int flash)
    {
        await using var sms = await RunningModem.StartAsync();
        await sms.Send(sms.Of(text));
        await sms.Send(AsFlash(sms.Of(text)));
        await sms.Send(AsFlash(sms.Of(text), "false"));
        Assert.Equal([scheme, flash, scheme], sms.Network.Taken.Select(submit => (int)submit.Scheme));
        Assert.Equal([text, text, text], sms.Network.Texts);
    }

    [Fact]
    public async Task Every_part_of_a_long_flash_message_is_one()
    {
        await using var sms = await RunningModem.StartAsync();
        await sms.Send(AsFlash(sms.Of(new string('A', 200))));
        Assert.Equal([0x10, 0x10], sms.Network.Taken.Select(submit => (int)submit.Scheme));
    }

    [Theory]
    [InlineData("Alarm", null, 0xf0)]
    [InlineData("£ Alarm", SmppAlphabet.Latin1, 0xf0)] // says GSM, so it is
    [InlineData("Тревога", null, 0x18)]
    public async Task An_SMS_centre_is_given_the_class_of_a_flash_message(string text, SmppAlphabet? alphabet, int coding)
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Alphabet = alphabet });
        await sms.Send(AsFlash(sms.Of(text)));
        Assert.Equal((coding, text), (Assert.Single(sms.Centre.All).DataCoding, Assert.Single(sms.Centre.Messages)));
    }

    [Fact]
    public async Task Kannel_is_given_the_class_of_a_flash_message_and_how_urgent_it_is()
    {
        await using var sms = await RunningSms.StartAsync();
        await sms.Send(sms.Of("x"));
        await sms.Send(AsFlash(sms.Of("x") with { Severity = Severity.Critical }));
        Assert.Equal([(null, null), ("0", "3")], sms.Kannel.All.Select(taken => (taken.Class, taken.Priority)));
    }

    [Fact]
    public async Task A_way_that_cannot_send_flash_messages_says_so_once_and_sends_ordinary_ones()
    {
        await using var sms = await RunningPhone.StartAsync();
        await sms.Send(sms.Of("x"));
        Assert.Empty(sms.Told);
        Assert.IsType<SendResult.Accepted>(await sms.Send(AsFlash(sms.Of("y"))));
        Assert.IsType<SendResult.Accepted>(await sms.Send(AsFlash(sms.Of("z"))));
        Assert.Equal(["android-sms-gateway cannot send flash messages: they go as ordinary ones"], sms.Told);
    }

    [Theory]
    [InlineData(Severity.Info, null, 0, null)]
    [InlineData(Severity.Notice, null, 0, null)]
    [InlineData(Severity.Warning, null, 1, 1)]
    [InlineData(Severity.Critical, null, 3, 100)]
    [InlineData(Severity.Critical, false, 0, null)]
    public async Task How_much_a_message_matters_is_told_where_the_next_one_sends(Severity severity, bool? option, int level, int? onPhone)
    {
        await using var smpp = await RunningSmpp.StartAsync(driver => driver with { Priority = option });
        await smpp.Send(smpp.Of("x") with { Severity = severity });
        Assert.Equal(level, Assert.Single(smpp.Centre.All).Priority);
        await using var phone = await RunningPhone.StartAsync(driver => driver with { Priority = option });
        await phone.Send(phone.Of("x") with { Severity = severity });
        Assert.Equal(onPhone, (int?)Assert.Single(phone.Phone.All).Request["priority"]);
    }

    [Fact]
    public async Task An_SMS_centre_that_refuses_a_priority_gets_the_message_without_one()
    {
        await using var sms = await RunningSmpp.StartAsync();
        sms.Centre.Instead = async (session, submit) =>
        {
            var isRefused = submit.Body is PduBody.Message { Priority: > 0 };
            if (isRefused)
            {
                await session.SendAsync(submit.Answer(CommandStatus.InvPrtFlg));
            }

            return isRefused;
        };
        var alarm = sms.Of("x") with { Severity = Severity.Critical };
        Assert.Equal(TimeSpan.Zero, Assert.IsType<SendResult.Deferred>(await sms.Send(alarm)).After);
        Assert.IsType<SendResult.Accepted>(await sms.Send(alarm));
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("y") with { Severity = Severity.Critical }));
        Assert.Equal([0, 0], sms.Centre.All.Select(message => (int)message.Priority));
    }

    private static Outbound AsFlash(Outbound outbound, string value = "true") => outbound with { Options = [new Property("flash", value)] };
}
