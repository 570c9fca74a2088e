using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Ways;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Codec;

public sealed class PreparationTests
{
    [Theory]
    [InlineData("a\r\nb", "a\nb")]
    [InlineData("cafe\u0301 u\u0308ber", "café über")]
    [InlineData("“plain”", "“plain”")]
    public void Line_ends_and_composed_letters_are_one_thing_each(string text, string prepared) => Assert.Equal(prepared, Preparation.Of(text, transliterates: false));

    [Theory]
    [InlineData("Hello “world” – it’s 5\u00a0°…", "Hello “world” – it’s 5\u00a0°…")] // the degree sign is in no alphabet
    [InlineData("Hello “world” – it’s 5…", "Hello \"world\" - it's 5...")]
    [InlineData("«a» ‹b› • c`d", "\"a\" <b> * c'd")]
    [InlineData("“я”", "“я”")]
    [InlineData("naïve “ç”", "naïve “ç”")] // letters stay what they are
    public void Signs_become_plain_only_when_the_whole_text_does(string text, string prepared) => Assert.Equal(prepared, Preparation.Of(text, transliterates: true));

    [Fact]
    public void Plain_signs_are_taken_only_when_they_save_a_part()
    {
        var cutter = Cutter(Options(transliterates: true));
        Assert.Equal("“a”", cutter.Cut("“a”")!.Segments[0].Text.Value);
        var longer = "“" + new string('a', 100) + "”";
        Assert.Equal((TextCoding.Gsm7, 1), (cutter.Cut(longer)!.Coding, cutter.Cut(longer)!.Segments.Count));
        Assert.Equal(2, Cutter(Options(transliterates: false)).Cut(longer)!.Segments.Count);
        var dots = new string('…', 660); // three letters each
        Assert.Equal(TextCoding.Utf16, cutter.Cut(dots)!.Coding);
    }

    [Fact]
    public void A_text_of_the_declared_length_always_fits()
    {
        var random = new Random(505);
        for (var i = 0; i < 2_000; i++)
        {
            var options = Options(transliterates: random.Next(2) == 0) with { MaxSegments = random.Next(1, 12), WideReferences = random.Next(2) == 0 };
            var longest = TextCutter.LongestOf(options);
            var text = string.Concat(Enumerable.Range(0, 4).Select(_ => RandomTexts.Any(random)));
            var cut = Cutter(options).Cut(text.Length > longest ? text[..longest] : text);
            Assert.NotNull(cut);
            Assert.InRange(cut.Segments.Count, 1, options.MaxSegments);
        }
    }

    private static TextCutter Cutter(SmsOptions options) => new(WayOptions.AllOf(options)[0]);

    private static SmsOptions Options(bool transliterates) => new()
    {
        Driver = new DriverOptions { Kind = DriverKind.Kannel, Url = new Uri("http://127.0.0.1:1/"), Username = "u", Password = new("p") },
        Transliterate = transliterates,
    };
}
