using Bridge.Plugin.Sms.Codec;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Codec;

public sealed class HeaderTests
{
    [Fact]
    public void A_header_is_written_as_the_standard_says_and_read_again()
    {
        AssertIs("050003a70201", new UserDataHeader { Concatenation = new Concatenation(0xa7, 2, 1) });
        AssertIs("060804beef0302", new UserDataHeader { Concatenation = new Concatenation(0xbeef, 3, 2, IsWide: true) });
        AssertIs("0605040b8423f0", new UserDataHeader { Ports = new Ports(0x0b84, 0x23f0) });
        AssertIs("06240101250101", new UserDataHeader { Single = NationalLanguage.Turkish, Locking = NationalLanguage.Turkish });
        AssertIs("", new UserDataHeader());
    }

    [Theory]
    [InlineData("")]
    [InlineData("05")]
    [InlineData("050003a702")]
    [InlineData("0200ff")]
    [InlineData("0100")]
    public void What_is_cut_off_is_no_header(string octets) => Assert.Null(UserDataHeader.TryDecode(Convert.FromHexString(octets)));

    [Theory]
    [InlineData("050003a70200")] // part 0
    [InlineData("050003a70203")] // part 3 of 2
    [InlineData("050003a70001")] // of none
    [InlineData("037001ff")] // unknown
    [InlineData("0324017f")] // a language nobody knows
    [InlineData("0400020702")] // too short
    public void What_says_nothing_usable_is_skipped(string octets) => Assert.Equal(new UserDataHeader(), UserDataHeader.TryDecode(Convert.FromHexString(octets)));

    [Fact]
    public void Of_two_elements_that_say_the_same_the_last_counts() =>
        Assert.Equal(new Concatenation(2, 3, 3), UserDataHeader.TryDecode(Convert.FromHexString("0a00030102010003020303"))!.Concatenation);

    [Fact]
    public void Any_octets_can_be_read_and_what_was_read_can_be_written_again()
    {
        var random = new Random(506);
        for (var i = 0; i < 50_000; i++)
        {
            var octets = random.Next(2) == 0 ? Convert.FromHexString("0b050405060708000301020308") : new byte[random.Next(0, 24)];
            if (octets.Length != 13)
            {
                random.NextBytes(octets);
            }

            if (octets.Length > 0)
            {
                octets[0] = (byte)random.Next(0, octets.Length + 1);
                octets[random.Next(octets.Length)] = (byte)random.Next(0, 40);
            }

            if (UserDataHeader.TryDecode(octets) is { } header)
            {
                var written = header.Encode();
                Assert.Equal(header, written.Length == 0 ? new UserDataHeader() : UserDataHeader.TryDecode(written));
            }
        }
    }

    private static void AssertIs(string octets, UserDataHeader header)
    {
        Assert.Equal(octets, Convert.ToHexStringLower(header.Encode()));
        if (octets.Length > 0)
        {
            Assert.Equal(header, UserDataHeader.TryDecode(Convert.FromHexString(octets)));
        }
    }
}
