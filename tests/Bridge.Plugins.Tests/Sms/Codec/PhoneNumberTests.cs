using Bridge.Plugin.Sms.Codec;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Codec;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("+49 151 / 1234-5678", null, "+4915112345678")]
    [InlineData("+49 (0)151 12345678", null, "+4915112345678")]
    [InlineData("0151 12345678", "49", "+4915112345678")]
    [InlineData("004915112345678", "49", "+4915112345678")]
    [InlineData("4915112345678", "49", "+4915112345678")] // a network that leaves out the plus
    [InlineData("004915112345678", null, "+4915112345678")]
    [InlineData("06 1234 5678", "39", "+390612345678")] // Italy keeps the 0
    [InlineData("333 123 4567", "39", "+393331234567")]
    [InlineData("(202) 555-0123", "1", "+12025550123")]
    [InlineData("1 202 555 0123", "1", "+12025550123")]
    [InlineData("011 44 7700 900123", "1", "+447700900123")]
    [InlineData("8 (912) 345-67-89", "7", "+79123456789")]
    [InlineData("810 49 151 12345678", "7", "+4915112345678")]
    [InlineData("06 30 123 4567", "36", "+36301234567")]
    [InlineData("8 029 123 45 67", "375", "+375291234567")]
    [InlineData("0412 345 678", "61", "+61412345678")]
    [InlineData("0011 49 151 12345678", "61", "+4915112345678")]
    [InlineData("612345678", "34", "+34612345678")]
    [InlineData("010 90 1234 5678", "82", "+82109012345678")] // 010 is a Korean prefix of mobiles, not one of calls abroad
    [InlineData("12345", "49", "12345")]
    [InlineData("112", null, "112")]
    [InlineData("ACME Shop", "49", "ACME Shop")]
    [InlineData("+12", null, null)]
    [InlineData("+1234567890123456", null, null)]
    [InlineData("015112345678", null, null)]
    [InlineData("A name that is too long", null, null)]
    [InlineData("12;34", "49", null)]
    [InlineData("", "49", null)]
    public void A_number_has_one_spelling(string written, string? country, string? canonical) => Assert.Equal(canonical, PhoneNumber.Canonical(written, country));

    [Fact]
    public void The_one_spelling_stays_itself()
    {
        var random = new Random(508);
        const string letters = "+0123456789 -()./aB\u00a0é";
        for (var i = 0; i < 20_000; i++)
        {
            var written = string.Concat(Enumerable.Range(0, random.Next(0, 20)).Select(_ => letters[random.Next(letters.Length)]));
            foreach (var country in (string?[])[null, "49", "1", "7", "39", "375"])
            {
                if (PhoneNumber.Canonical(written, country) is { } once)
                {
                    Assert.NotEqual(NumberKind.Unusable, PhoneNumber.KindOf(once));
                    Assert.Equal(once, PhoneNumber.Canonical(once, country));
                }
            }
        }
    }

    [Theory]
    [InlineData("49", true)]
    [InlineData("1", true)]
    [InlineData("999", false)]
    [InlineData("+49", false)]
    [InlineData("", false)]
    public void Only_calling_codes_of_countries_have_a_plan(string code, bool has) => Assert.Equal(has, DialPlan.Of(code) is not null);
}
