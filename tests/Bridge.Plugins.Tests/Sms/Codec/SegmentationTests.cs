using System.Runtime.CompilerServices;
using System.Text.Json;
using Bridge.Plugin.Sms.Codec;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Codec;

/// <summary>Segments as two public implementations count them (sms-segmentation.json), and what those do not promise.</summary>
public sealed class SegmentationTests
{
    private static readonly SegmentRules s_rules = new();

    public static TheoryData<string> Names { get; } = [.. Vectors().Select(vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_text_is_cut_as_two_other_implementations_cut_it(string name)
    {
        var vector = Vectors().Single(vector => vector.Name == name);
        var cut = Segmenter.Split(vector.Text, s_rules)!;
        Assert.Equal(vector.Encoding, cut.Coding == TextCoding.Gsm7 ? "GSM-7" : "UCS-2");
        Assert.Equal(vector.Units, cut.Segments.Select(segment => segment.Units));
        Assert.Equal(vector.Text, string.Concat(cut.Segments.Select(segment => segment.Text.Value)));
    }

    [Theory]
    [InlineData(false, 153, 67)]
    [InlineData(true, 152, 66)]
    public void A_wide_reference_costs_a_unit_in_each_part(bool isWide, int septets, int units)
    {
        var rules = s_rules with { IsWide = isWide };
        Assert.Equal(septets, Segmenter.Split(new string('A', 200), rules)!.Segments[0].Units);
        Assert.Equal(units, Segmenter.Split(new string('я', 100), rules)!.Segments[0].Units);
    }

    [Fact]
    public void What_people_see_as_one_character_stays_in_one_part_as_long_as_the_parts_are_enough()
    {
        const string family = "👨‍👩‍👧‍👦";
        var text = new string('я', 60) + family + "end";
        var kept = Segmenter.Split(text, s_rules)!;
        Assert.Equal([60, 14], kept.Segments.Select(segment => segment.Units));
        var full = new string('я', 60) + string.Concat(Enumerable.Repeat(family, 6)) + "яяяяя"; // 131 units: two parts, when a family is cut
        Assert.Equal(3, Segmenter.Split(full, s_rules)!.Segments.Count);
        var tight = Segmenter.Split(full, s_rules with { Most = 2 })!;
        Assert.All(tight.Segments, segment => Assert.False(char.IsHighSurrogate(segment.Text.Value[^1])));
        Assert.Null(Segmenter.Split(full, s_rules with { Most = 1 }));
    }

    [Fact]
    public void A_national_alphabet_is_taken_when_it_saves_a_part_and_only_where_it_may()
    {
        var text = string.Concat(Enumerable.Repeat("Şu ığdır ağacı ", 6)); // 90 letters
        Assert.Equal((TextCoding.Utf16, 2), (Segmenter.Split(text, s_rules)!.Coding, Segmenter.Split(text, s_rules)!.Segments.Count));
        var turkish = Segmenter.Split(text, s_rules with { Languages = [NationalLanguage.Turkish] })!;
        Assert.Equal((TextCoding.Gsm7, 1), (turkish.Coding, turkish.Segments.Count));
        var header = UserDataHeader.TryDecode(turkish.HeaderOf(0, 7, isWide: false).Encode())!;
        Assert.Equal((turkish.Locking, turkish.Single), (header.Locking, header.Single));
        Assert.Null(header.Concatenation);
        Assert.Equal(NationalLanguage.None, Segmenter.Split("plain", s_rules with { Languages = [NationalLanguage.Turkish] })!.Single);
    }

    [Fact]
    public void Every_part_fits_holds_whole_characters_and_all_of_them_are_the_text()
    {
        var random = new Random(501);
        for (var i = 0; i < 3_000; i++)
        {
            var text = RandomTexts.Any(random);
            var rules = new SegmentRules { Most = 255, IsWide = random.Next(2) == 0, Languages = random.Next(2) == 0 ? [] : [NationalLanguage.Turkish, NationalLanguage.Spanish, NationalLanguage.Portuguese] };
            var cut = Segmenter.Split(text, rules)!;
            Assert.Equal(text, string.Concat(cut.Segments.Select(segment => segment.Text.Value)));
            var previous = '\0';
            for (var part = 0; part < cut.Segments.Count; part++)
            {
                var segment = cut.Segments[part];
                var header = cut.HeaderOf(part, 77, rules.IsWide).Encode();
                var units = cut.Coding == TextCoding.Gsm7 ? Gsm7Alphabet.Of(cut.Locking, cut.Single).TryEncode(segment.Text.Value)!.Length : segment.Text.Value.Length;
                Assert.Equal(segment.Units, units);
                Assert.InRange(units, 0, Capacity.Of(cut.Coding, header.Length));
                Assert.False(segment.Text.Value.Length > 0 && char.IsSurrogatePair(previous, segment.Text.Value[0]));
                previous = segment.Text.Value.Length > 0 ? segment.Text.Value[^1] : '\0';
            }
        }
    }

    private static List<Vector> Vectors([CallerFilePath] string file = "") => JsonSerializer.Deserialize<List<Vector>>(
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "sms-segmentation.json")), JsonSerializerOptions.Web)!;

    private sealed record Vector(string Name, string Text, string Encoding, int Segments, int[] Units);
}
