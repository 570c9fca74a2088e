using System.Runtime.CompilerServices;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Codec.Transfer;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Ways;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Codec;

/// <summary>Texts in national alphabets: as another packer with the tables of another maker writes them (sms-national.json), and what that does not promise.</summary>
public sealed class NationalTests
{
    private const int Reference = 0x4d;
    private static readonly NationalLanguage[] s_all = [NationalLanguage.Turkish, NationalLanguage.Spanish, NationalLanguage.Portuguese];

    public static TheoryData<string> Names { get; } = [.. Vectors().Select(vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_national_text_is_cut_and_packed_as_another_program_does_it(string name)
    {
        var vector = Vectors().Single(vector => vector.Name == name);
        var languages = vector.Languages.Select(language => Enum.Parse<NationalLanguage>(language, ignoreCase: true));
        var cut = Segmenter.Split(vector.Text, new SegmentRules { Languages = EquatableArray.From(languages) })!;
        Assert.Equal((vector.Locking, vector.Single), ((int)cut.Locking, (int)cut.Single));
        Assert.Equal(vector.Units, cut.Segments.Select(segment => segment.Units));
        Assert.Equal(vector.UserData, Parts(cut, isWide: false).Select(part => Convert.ToHexStringLower(UserData.Of(part).Encode())));
    }

    [Fact]
    public void What_the_default_alphabet_has_stays_in_it_and_what_costs_the_same_in_UTF_16_goes_so()
    {
        Assert.Equal((TextCoding.Gsm7, NationalLanguage.None), Of(new string('€', 100))); // fewer parts in Portuguese, but every phone reads this
        Assert.Equal((TextCoding.Utf16, NationalLanguage.None), Of("Şu ığdır ağacı"));
        Assert.Equal((TextCoding.Utf16, NationalLanguage.None), Of(new string('ğ', 80) + "ã")); // no two languages in one text

        static (TextCoding, NationalLanguage) Of(string text) =>
            Segmenter.Split(text, new SegmentRules { Languages = EquatableArray.From(s_all) }) is { } cut ? (cut.Coding, cut.Locking) : default;
    }

    [Fact]
    public void What_is_cut_packed_unpacked_and_read_is_the_text()
    {
        var random = new Random(540);
        for (var i = 0; i < 2_000; i++)
        {
            var (locking, single) = (s_all[random.Next(3)], s_all[random.Next(3)]);
            var text = RandomTexts.Of(random.Next(2) == 0 ? locking : NationalLanguage.None, single, random);
            var isWide = random.Next(2) == 0;
            var cut = Segmenter.Split(text, new SegmentRules { Most = 255, IsWide = isWide, Languages = EquatableArray.From(s_all) })!;
            Assert.Equal(text, string.Concat(Parts(cut, isWide).Select(Read)));
            Assert.True(cut.Segments.Count <= Segmenter.Split(text, new SegmentRules { Most = 255, IsWide = isWide })!.Segments.Count);
        }
    }

    [Theory]
    [InlineData(DriverKind.AtModem, null, true)]
    [InlineData(DriverKind.Smpp, null, true)]
    [InlineData(DriverKind.Smpp, SmppAlphabet.Latin1, false)]
    [InlineData(DriverKind.Kannel, null, false)]
    [InlineData(DriverKind.Twilio, null, false)]
    [InlineData(DriverKind.AndroidSmsGateway, null, false)]
    public void Only_ways_that_carry_national_alphabets_are_given_them_and_only_where_it_is_written(DriverKind kind, SmppAlphabet? alphabet, bool carries)
    {
        var text = string.Concat(Enumerable.Repeat("Şu “ığdır” ağacı ", 5));
        var options = new SmsOptions { Driver = new DriverOptions { Kind = kind, Alphabet = alphabet }, Alphabets = [NationalAlphabet.Spanish, NationalAlphabet.Turkish] };
        Assert.Equal(carries ? 1 : 2, Cut(options).Segments.Count);
        Assert.Equal(2, Cut(options with { Alphabets = [] }).Segments.Count);
        Assert.Equal(2, Cut(options with { Transliterate = false }).Segments.Count); // the curly quotes are in no alphabet

        var warnings = ((IPlugin)new SmsPlugin()).Check(options).Where(problem => problem.Option == "alphabets");
        Assert.Equal(!carries, warnings.Any(problem => problem.IsWarning));

        Segmented Cut(SmsOptions options) => new TextCutter(WayOptions.AllOf(options)[0]).Cut(text)!;
    }

    private static IEnumerable<OutgoingPart> Parts(Segmented cut, bool isWide) => cut.Segments.Select((segment, index) => new OutgoingPart(
        new DeliveryKey("k"), index + 1, cut.Segments.Count, "+4915112345678", cut.Coding, segment.Text,
        EquatableArray.From(cut.HeaderOf(index, Reference, isWide).Encode()), null));

    private static string Read(OutgoingPart part)
    {
        var reader = new TpduReader(UserData.Of(part).Encode());
        var content = UserData.Read(ref reader, CodingScheme.Of(part.Coding), part.Header.Count > 0);
        return part.Coding == TextCoding.Utf16
            ? Utf16.Decode(content.Data.Bytes.Span)
            : SmsPart.AlphabetOf(UserDataHeader.TryDecode(content.Header.Bytes.Span)).Decode(content.Data.Bytes.Span);
    }

    private static List<Vector> Vectors([CallerFilePath] string file = "") => JsonSerializer.Deserialize<List<Vector>>(
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "sms-national.json")), JsonSerializerOptions.Web)!;

    private sealed record Vector(string Name, string Text, string[] Languages, int Locking, int Single, int[] Units, string[] UserData);
}
