using Bridge.Plugin.Sms.Codec;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Codec;

public sealed class AlphabetTests
{
    [Theory]
    [InlineData(0, 0, "@ £Ç€[~]\\^{|}", "0020010 91b651b3c1b3d1b3e1b2f1b141b281b401b29")]
    [InlineData(1, 0, "€ıİçŞ", "0407 4060 1c")]
    [InlineData(0, 1, "ğşçıİ", "1b671b731b631b691b49")]
    [InlineData(0, 2, "áçÓú", "1b611b091b4f1b75")]
    [InlineData(3, 3, "ãõÔªºÊΣâ", "7b7c0b12241e1b181d")]
    [InlineData(0, 3, "êãÂ", "1b051b7b1b61")]
    public void A_letter_is_the_septet_that_the_standard_says(int locking, int single, string text, string septets)
    {
        var alphabet = Gsm7Alphabet.Of((NationalLanguage)locking, (NationalLanguage)single);
        Assert.Equal(septets.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(alphabet.TryEncode(text)!));
        Assert.Equal(text, alphabet.Decode(alphabet.TryEncode(text)));
    }

    [Fact]
    public void What_an_alphabet_writes_it_reads()
    {
        var random = new Random(502);
        foreach (var locking in Enum.GetValues<NationalLanguage>())
        {
            foreach (var single in Enum.GetValues<NationalLanguage>())
            {
                for (var i = 0; i < 200; i++)
                {
                    var text = RandomTexts.Of(locking, single, random);
                    var alphabet = Gsm7Alphabet.Of(locking, single);
                    Assert.Equal(text, alphabet.Decode(alphabet.TryEncode(text)!));
                }
            }
        }
    }

    [Fact]
    public void Every_table_has_all_128_places_and_one_escape()
    {
        foreach (var language in Enum.GetValues<NationalLanguage>())
        {
            var table = Gsm7Tables.Locking(language);
            Assert.Equal((128, 27), (table.Length, table.IndexOf(Gsm7Tables.Escape, StringComparison.Ordinal)));
            Assert.Equal(128, table.Distinct().Count());
        }
    }

    [Theory]
    [InlineData("1b41", "A")] // not in the extension table: read from the main one
    [InlineData("1b1b41", " A")]
    [InlineData("411b", "A ")]
    [InlineData("c1", "A")] // the eighth bit says nothing
    public void An_escape_that_leads_nowhere_is_read_as_the_standard_says(string septets, string text) =>
        Assert.Equal(text, Gsm7Alphabet.Default.Decode(Convert.FromHexString(septets)));

    [Fact]
    public void UTF_16_passes_unit_by_unit_halves_of_pairs_too()
    {
        var random = new Random(503);
        for (var i = 0; i < 500; i++)
        {
            var text = RandomTexts.Any(random);
            Assert.Equal(text, Utf16.Decode(Utf16.Encode(text)));
        }

        Assert.Equal("\ud83d", Utf16.Decode([0xd8, 0x3d, 0xde]));
    }

    [Fact]
    public void Any_septets_can_be_read()
    {
        var random = new Random(504);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            var text = Gsm7Alphabet.Of((NationalLanguage)random.Next(4), (NationalLanguage)random.Next(4)).Decode(bytes);
            Assert.InRange(text.Length, 0, bytes.Length);
            Assert.InRange(Utf16.Decode(bytes).Length, bytes.Length / 2, bytes.Length / 2);
        }
    }
}
