using Bridge.Core.Sealing;
using Xunit;

namespace Bridge.Storage.Tests.Sealing;

public sealed class RecoveryCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    [Fact]
    public void A_code_reads_back_however_it_is_typed()
    {
        var code = RecoveryCode.New();
        var key = RecoveryCode.Read(code);
        Assert.Equal(20, key.Length);
        Assert.NotEqual(key, RecoveryCode.Read(RecoveryCode.New()));
        Assert.Equal(key, RecoveryCode.Read($"  {code.ToLowerInvariant().Replace('-', ' ')}\n"));
        Assert.Equal(key, RecoveryCode.Read(code.Replace("-", "", StringComparison.Ordinal).Replace('0', 'o').Replace('1', 'l')));
    }

    [Fact]
    public void Any_one_wrong_character_is_named_by_its_group()
    {
        var code = RecoveryCode.New();
        for (var at = 0; at < code.Length; at++)
        {
            foreach (var other in Alphabet.Where(other => code[at] != '-' && other != code[at]))
            {
                var typed = $"{code[..at]}{other}{code[(at + 1)..]}";
                var refused = Assert.Throws<KeyException>(() => KeySource.FromTyped(typed));
                Assert.Equal($"the recovery code is mistyped in group {at / 6 + 1}; compare it with the paper", refused.Message);
            }
        }
    }

    [Fact]
    public void Neighbours_and_groups_in_the_wrong_order_are_found()
    {
        var code = RecoveryCode.New();
        for (var at = 0; at + 1 < code.Length; at++)
        {
            if (code[at] != '-' && code[at + 1] != '-' && code[at] != code[at + 1])
            {
                var typed = $"{code[..at]}{code[at + 1]}{code[at]}{code[(at + 2)..]}";
                Assert.Throws<KeyException>(() => RecoveryCode.Read(typed));
            }
        }

        var groups = code.Split('-');
        (groups[2], groups[5]) = (groups[5], groups[2]);
        Assert.Equal(
            groups[2] != groups[5], Assert.Throws<KeyException>(() => RecoveryCode.Read(string.Join('-', groups))).Message.Contains("group 3 and group 6", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("correct horse battery staple")]
    [InlineData("one two three four five six seven eight nine ten eleven")]
    [InlineData("Zwölf-Boxkämpfer-jagen-Viktor-quer-über-den-großen-Deich")]
    public void A_passphrase_is_not_taken_for_a_code(string passphrase) => Assert.Equal("passphrase", KeySource.FromTyped(passphrase).Kind);

    [Fact]
    public void Whatever_is_typed_is_read_or_refused()
    {
        var random = new Random(7);
        var code = RecoveryCode.New();
        for (var run = 0; run < 20_000; run++)
        {
            var typed = code.ToCharArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                typed[random.Next(typed.Length)] = (char)random.Next(1, 0x3000);
            }

            var text = new string(typed)[..random.Next(code.Length + 1)];
            try
            {
                Assert.Equal(20, RecoveryCode.Read(text).Length);
            }
            catch (KeyException refused)
            {
                Assert.True(text.Length < 5 || !refused.Message.Contains(text, StringComparison.Ordinal));
            }
        }
    }
}
