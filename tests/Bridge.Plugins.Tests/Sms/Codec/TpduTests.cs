using System.Runtime.CompilerServices;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Codec.Transfer;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Codec;

/// <summary>PDUs as gammu, smstools and oFono exchange them (sms-pdus.json), and what those do not promise.</summary>
public sealed class TpduTests
{
    private static readonly IReadOnlyList<Vector> s_vectors = Vectors();

    public static TheoryData<string> Submits { get; } = [.. s_vectors.Select(vector => vector.Submit).OfType<string>()];

    public static TheoryData<string> Delivers { get; } = [.. s_vectors.Select(vector => vector.Deliver).OfType<string>()];

    public static TheoryData<string> Reports { get; } = [.. s_vectors.Select(vector => vector.Report).OfType<string>()];

    [Theory]
    [MemberData(nameof(Submits))]
    public void What_others_send_is_written_byte_for_byte(string hex)
    {
        var submit = TpduMirror.ReadSubmit(hex);
        var (octets, length) = TpduEncoder.Encode(submit);
        Assert.Equal(hex, Convert.ToHexString(octets));
        Assert.Equal(octets.Length - 1 - octets[0], length);
    }

    [Theory]
    [MemberData(nameof(Delivers))]
    public void What_others_receive_is_read_and_written_again_byte_for_byte(string hex)
    {
        var deliver = Assert.IsType<Tpdu.Deliver>(TpduDecoder.Decode(hex));
        Assert.StartsWith("+491510000001", deliver.From.Number, StringComparison.Ordinal);
        Assert.Equal(new DateTime(2026, 11, 21), deliver.At!.Value.Date);
        Assert.Equal(hex, TpduMirror.Write(deliver));
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void What_is_reported_to_others_is_read_and_written_again_byte_for_byte(string hex)
    {
        var report = Assert.IsType<Tpdu.StatusReport>(TpduDecoder.Decode(hex));
        Assert.Equal(0, report.Status);
        var octets = Convert.FromHexString(hex);
        var (at, done) = (TimeStamp.Decode(octets.AsSpan()[^15..^8]), TimeStamp.Decode(octets.AsSpan()[^8..^1]));
        Assert.Equal(hex, TpduMirror.Write(report, at!.Value, done!.Value));
    }

    [Fact]
    public void Texts_of_others_are_read_as_they_were_written()
    {
        var texts = s_vectors.Select(vector => vector.Deliver).OfType<string>()
            .Select(hex => TextOf(((Tpdu.Deliver)TpduDecoder.Decode(hex)).Content)).ToList();
        Assert.Contains("Hello €[]{}~^|\\ @£Δ", texts);
        Assert.Contains("v", texts);
        Assert.Contains("😀" + new string('я', 10), texts);
    }

    [Fact]
    public void What_is_written_is_read_as_it_was()
    {
        var random = new Random(540);
        for (var i = 0; i < 20_000; i++)
        {
            var content = AnyContent(random);
            var submit = new Tpdu.Submit(random.Next(2) == 0 ? null : AnyNumber(random), AnyNumber(random), content)
            {
                Reference = (byte)random.Next(256),
                Validity = random.Next(2) == 0 ? null : (byte)random.Next(256),
                AsksForReport = random.Next(2) == 0,
            };
            Assert.Equal(submit, TpduMirror.ReadSubmit(Convert.ToHexString(TpduEncoder.Encode(submit).Octets)));
            var from = random.Next(3) == 0 ? TpAddress.Of("ACME-" + random.Next(1000)) : AnyNumber(random);
            var deliver = new Tpdu.Deliver(null, from, content) { At = AnyTime(random) };
            Assert.Equal(deliver, TpduDecoder.Decode(TpduMirror.Write(deliver)));
            var report = new Tpdu.StatusReport(null, (byte)random.Next(256), AnyNumber(random), (byte)random.Next(256));
            Assert.Equal(report, TpduDecoder.Decode(TpduMirror.Write(report, AnyTime(random), AnyTime(random))));
        }
    }

    [Fact]
    public void Mutated_PDUs_do_no_harm()
    {
        var random = new Random(541);
        var known = s_vectors.Select(vector => vector.Deliver ?? vector.Report).OfType<string>().ToList();
        for (var i = 0; i < 60_000; i++)
        {
            var hex = known[random.Next(known.Count)].ToCharArray();
            for (var n = random.Next(1, 6); n > 0; n--)
            {
                hex[random.Next(Math.Min(hex.Length, 60))] = "0123456789ABCDEFg"[random.Next(random.Next(10) == 0 ? 17 : 16)];
            }

            try
            {
                var read = TpduDecoder.Decode(new string(hex)[..random.Next(hex.Length + 1)]);
                Assert.DoesNotContain("49151", read.ToString(), StringComparison.Ordinal);
            }
            catch (TpduException)
            {
                // The one that is documented.
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("zz")]
    [InlineData("07919471160000F0")]
    [InlineData("00010D91945101000010F10000A7")] // a submit
    [InlineData("0004FF91")]
    public void What_is_no_PDU_says_so(string hex) => Assert.Throws<TpduException>(() => TpduDecoder.Decode(hex));

    [Fact]
    public void A_text_that_is_cut_off_is_read_as_far_as_it_goes()
    {
        const string whole = "07919471160000F0040D91945101000010F30000621112617320000D6FF3DBFD06D1CB733A685306";
        Assert.Equal("ofono", TextOf(((Tpdu.Deliver)TpduDecoder.Decode(whole[..^14])).Content));
    }

    [Theory]
    [InlineData("62111261732021", "2026-11-21T16:37:02+03:00")]
    [InlineData("62111261732029", "2026-11-21T16:37:02-03:00")]
    [InlineData("62111261732080", "2026-11-21T16:37:02+02:00")]
    [InlineData("00000000000000", null)]
    [InlineData("62221261732000", null)]
    [InlineData("FFFFFFFFFFFFFF", null)]
    public void A_time_has_a_zone_in_quarters_of_an_hour(string hex, string? time) =>
        Assert.Equal(time is null ? null : DateTimeOffset.Parse(time), TimeStamp.Decode(Convert.FromHexString(hex)));

    [Theory]
    [InlineData(1, 0x00)]
    [InlineData(60, 0x0b)]
    [InlineData(61, 0x0c)]
    [InlineData(24 * 60, 0xa7)]
    [InlineData(3 * 24 * 60, 169)]
    [InlineData(7 * 24 * 60, 173)]
    [InlineData(100 * 7 * 24 * 60, 255)]
    [InlineData(-5, 0)]
    public void A_validity_is_the_shortest_that_is_long_enough(int minutes, int period)
    {
        var left = TimeSpan.FromMinutes(minutes);
        Assert.Equal(period, ValidityPeriod.Of(left));
        Assert.True(period == 255 || ValidityPeriod.Of((byte)period) >= left);
    }

    [Theory]
    [InlineData(0x00, TextCoding.Gsm7)]
    [InlineData(0x04, TextCoding.Octets)]
    [InlineData(0x08, TextCoding.Utf16)]
    [InlineData(0x10, TextCoding.Gsm7)]
    [InlineData(0x18, TextCoding.Utf16)]
    [InlineData(0x20, TextCoding.Octets)] // compressed
    [InlineData(0xc8, TextCoding.Gsm7)]
    [InlineData(0xe0, TextCoding.Utf16)]
    [InlineData(0xf0, TextCoding.Gsm7)]
    [InlineData(0xf5, TextCoding.Octets)]
    public void A_coding_is_one_of_three(int scheme, object coding) => Assert.Equal((TextCoding)coding, CodingScheme.Of((byte)scheme));

    private static string TextOf(UserData content) => content.Coding == TextCoding.Utf16
        ? Utf16.Decode(content.Data.Bytes.Span)
        : Gsm7Alphabet.Default.Decode(content.Data.Bytes.Span);

    private static TpAddress AnyNumber(Random random) =>
        TpAddress.Of("+" + random.Next(1, 10) + string.Concat(Enumerable.Range(0, random.Next(6, 15)).Select(_ => random.Next(10))));

    private static DateTimeOffset AnyTime(Random random) =>
        new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.Next()).ToOffset(TimeSpan.FromMinutes(15 * random.Next(-48, 57)));

    private static UserData AnyContent(Random random)
    {
        var coding = (TextCoding)random.Next(3);
        var of = new Concatenation(random.Next(256), 3, random.Next(1, 4), random.Next(2) == 0);
        var header = random.Next(2) == 0 ? [] : new UserDataHeader { Concatenation = of }.Encode();
        var units = random.Next(Capacity.Of(coding, header.Length) + 1);
        var data = new byte[coding == TextCoding.Utf16 ? units * 2 : units];
        random.NextBytes(data);
        byte[] septets = [.. data.Select(octet => (byte)(octet & 0x7f))];
        return new UserData(coding, new Payload(header), new Payload(coding == TextCoding.Gsm7 ? septets : data));
    }

    private static Vector[] Vectors([CallerFilePath] string file = "") => JsonSerializer.Deserialize<Vector[]>(
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "sms-pdus.json")), JsonSerializerOptions.Web)!;

    private sealed record Vector(string? Submit, string? Deliver, string? Report);
}
