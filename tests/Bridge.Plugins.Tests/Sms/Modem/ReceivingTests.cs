using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Codec.Transfer;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Modem;

public sealed class ReceivingTests
{
    [Fact]
    public async Task A_message_is_handed_over_and_deleted_when_it_is_stored()
    {
        await using var sms = await RunningModem.StartAsync();
        var release = new TaskCompletionSource();
        var committing = new TaskCompletionSource();
        sms.Memory.BeforeCommit = _ =>
        {
            committing.TrySetResult();
            return release.Task;
        };
        sms.Network.Bring(sms.Modem, "+4915112345678", "Grüße €");
        await sms.UntilAsync(() => committing.Task.IsCompleted);
        Assert.Equal(1, sms.Modem.Stored);
        release.SetResult();
        await sms.UntilAsync(() => sms.Modem.Stored == 0);
        var heard = Assert.Single(sms.Heard);
        Assert.Equal(("sms:+4915112345678", "+4915112345678"), (heard.Address.Full, heard.Sender!.Value));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 12, 0, 1, TimeSpan.FromHours(1)), heard.OccurredAt);
        Assert.Equal(["Grüße €"], Texts(sms));
    }

    /// <summary>In the two ways to write it, and for both codings.</summary>
    [Theory]
    [InlineData("Alarm", 0x10)]
    [InlineData("Alarm", 0xf0)]
    [InlineData("Тревога", 0x18)]
    public async Task A_flash_message_is_heard_like_any_other(string text, byte scheme)
    {
        await using var sms = await RunningModem.StartAsync();
        var coding = CodingScheme.Of(scheme);
        var content = new UserData(coding, default, new(coding == TextCoding.Utf16 ? Utf16.Encode(text) : Gsm7Alphabet.Default.TryEncode(text)!));
        sms.Modem.Receive(TpduMirror.Write(
            new Tpdu.Deliver(null, TpAddress.Of("+4915112345678"), content) { Scheme = scheme, At = TimeProvider.System.GetUtcNow() }));
        await sms.UntilAsync(() => sms.Heard.Count == 1);
        Assert.Equal([text], Texts(sms));
    }

    [Fact]
    public async Task Octets_are_data()
    {
        await using var sms = await RunningModem.StartAsync();
        var header = new UserDataHeader { Ports = new Ports(2948, 9200) }.Encode();
        var content = new UserData(TextCoding.Octets, new(header), new((byte[])[1, 2, 255]));
        sms.Modem.Receive(TpduMirror.Write(new Tpdu.Deliver(null, TpAddress.Of("12345"), content) { At = TimeProvider.System.GetUtcNow() }));
        await sms.UntilAsync(() => sms.Heard.Count == 1);
        var data = Assert.IsType<DataReported>(sms.Heard[0].Event);
        Assert.Equal([1, 2, 255], data.Payload.Bytes.ToArray());
        Assert.Equal(new Property("port", "2948"), data.Properties[0]);
    }

    [Fact]
    public async Task What_came_while_nobody_listened_is_handed_over_in_order()
    {
        await using var sms = await RunningModem.StartAsync(modem =>
        {
            for (var i = 0; i < 30; i++)
            {
                modem.Receive(PduOf($"n{i}", i));
            }
        });
        await sms.UntilAsync(() => sms.Heard.Count == 30 && sms.Modem.Stored == 0);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"n{i}"), Texts(sms));
    }

    [Fact]
    public async Task What_was_not_announced_is_found_within_a_minute()
    {
        var clock = new ManualClock();
        await using var sms = await RunningModem.StartAsync(modem => modem.IsQuiet = true, clock: clock);
        await sms.UntilAsync(() => sms.Modem.Commands.Contains("AT+CMGL=4"));
        sms.Network.Bring(sms.Modem, "+4915112345678", "quiet");
        await sms.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(31));
            return sms.Heard.Count > 0;
        });
    }

    [Fact]
    public async Task A_modem_that_announces_nothing_is_looked_through()
    {
        var clock = new ManualClock();
        await using var sms = await RunningModem.StartAsync(modem => modem.Knows = _ => false, clock: clock);
        Assert.IsType<SendResult.Delivered>(await sms.Send(sms.Of("x"))); // and reports nothing either
        sms.Network.Bring(sms.Modem, "+4915112345678", "quiet");
        await sms.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(31));
            return sms.Heard.Count > 0;
        });
    }

    [Fact]
    public async Task A_long_message_is_put_together_over_a_restart_and_its_parts_may_come_in_any_order()
    {
        await using var sms = await RunningModem.StartAsync();
        var text = new string('я', 66) + "😀" + new string('я', 40);
        string[] parts = [text[..67], text[67..]]; // a gateway that cuts the pair in two
        sms.Network.Bring(sms.Modem, "+4915112345678", parts[1], HeaderOf(2));
        await sms.UntilAsync(() => sms.Modem.Stored == 0 && sms.Memory.State.Count == 1);
        await sms.RestartAsync();
        sms.Network.Bring(sms.Modem, "+4915112345678", parts[0], HeaderOf(1));
        await sms.UntilAsync(() => sms.Heard.Count == 1);
        Assert.Equal([text], Texts(sms));
    }

    [Fact]
    public async Task What_the_modem_does_not_delete_is_not_handed_over_a_second_time()
    {
        var clock = new ManualClock();
        await using var sms = await RunningModem.StartAsync(modem => modem.IsStubborn = true, clock: clock);
        sms.Network.Bring(sms.Modem, "+4915112345678", "once");
        await sms.UntilAsync(() => sms.Heard.Count == 1);
        var sweeps = Sweeps();
        await sms.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(31));
            return Sweeps() > sweeps + 2;
        });

        // Time may pass a modem that is just answering: it counts as gone then, is opened anew, and heard and counted once more.
        Assert.InRange(sms.Heard.Count, 1, sms.Connections);
        Assert.InRange(sms.Memory.Dropped.Values.Sum(), 1, sms.Connections);

        int Sweeps() => sms.Modem.Commands.Count(command => command == "AT+CMGL=4");
    }

    [Fact]
    public async Task A_message_that_is_read_again_by_another_process_has_the_same_name()
    {
        await using var sms = await RunningModem.StartAsync(modem => modem.IsStubborn = true);
        sms.Network.Bring(sms.Modem, "+4915112345678", "once");
        await sms.UntilAsync(() => sms.Heard.Count == 1);
        await sms.RestartAsync();
        await sms.UntilAsync(() => sms.Heard.Count == 2);
        Assert.Equal(sms.Heard[0].NativeId, sms.Heard[1].NativeId);
        Assert.NotNull(sms.Heard[0].NativeId);
    }

    [Fact]
    public async Task What_cannot_be_read_is_counted_and_out_of_the_way()
    {
        await using var sms = await RunningModem.StartAsync();
        sms.Modem.Receive("07919471160000F004FF");
        sms.Network.Bring(sms.Modem, "ACME", "next");
        await sms.UntilAsync(() => sms.Heard.Count == 1 && sms.Modem.Stored == 0);
        Assert.Equal("ACME", sms.Heard[0].Address.Rest);
        Assert.Equal(1, sms.Memory.Dropped.Values.Sum());
    }

    [Fact]
    public async Task What_the_modem_does_not_keep_is_acknowledged_when_it_is_stored()
    {
        await using var sms = await RunningModem.StartAsync();
        await sms.UntilAsync(() => sms.Modem.Commands.Contains("AT+CMGL=4"));
        var hex = PduOf("direct", 1);
        sms.Modem.Say($"\r\n+CMT: ,{(hex.Length / 2) - 1}\r\n{hex}\r\n");
        await sms.UntilAsync(() => sms.Heard.Count == 1 && sms.Modem.Commands.Contains("AT+CNMA"));
        Assert.Equal(["direct"], Texts(sms));
    }

    private static UserDataHeader HeaderOf(int sequence) => new() { Concatenation = new Concatenation(7, 2, sequence) };

    private static string PduOf(string text, int second) => TpduMirror.Write(
        new Tpdu.Deliver(
            TpAddress.Of("+49171600000"), TpAddress.Of("+4915112345678"),
            new UserData(TextCoding.Gsm7, default, new Payload(Gsm7Alphabet.Default.TryEncode(text)!)))
        {
            At = new DateTimeOffset(2026, 11, 20, 10, 0, second, TimeSpan.Zero),
        });

    private static IEnumerable<string> Texts(RunningModem sms) =>
        sms.Heard.Select(heard => ((TextPart)((MessagePosted)heard.Event).Parts[0]).Text.Value);
}
