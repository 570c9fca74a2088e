using System.Text;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

public sealed class CanaryFinderTests
{
    private const string Word = "quokka-word-4711";

    public static TheoryData<byte[]> Hidings { get; } =
    [
        Encoding.UTF8.GetBytes($"x{Word}y"),
        Encoding.Unicode.GetBytes($"x{Word}y"),
        Encoding.BigEndianUnicode.GetBytes($"x{Word}y"),
        Encoding.ASCII.GetBytes(Convert.ToHexString(Encoding.UTF8.GetBytes($"x{Word}y"))),
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Encoding.UTF8.GetBytes($"x{Word}y"))),
        Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Word}"))),
        Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes($"x{Word}yz"))),
        Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes($"xx{Word}y"))),
    ];

    [Theory]
    [MemberData(nameof(Hidings))]
    public void A_word_is_found_however_it_is_encoded(byte[] hay) => Assert.NotEmpty(new Canary(Word).FoundIn(hay));

    [Fact]
    public void Another_word_is_not() => Assert.Empty(new Canary(Word).FoundIn(Encoding.UTF8.GetBytes("quokka-word-4712")));
}
