using Bridge.Host.Terminal;
using Xunit;

namespace Bridge.Host.Tests.Terminal;

public sealed class VisibleTests
{
    [Theory]
    [InlineData("plain äöü 日本 👍🏽", "plain äöü 日本 👍🏽")]
    [InlineData("\u001b[2Jgone", "\\x1b[2Jgone")]
    [InlineData("a\r\nb", "a\\x0d\\x0ab")]
    [InlineData("\u202egnp.exe", "\\u202egnp.exe")]
    [InlineData("\u0000\u007f\u009b", "\\x00\\x7f\\x9b")]
    public void Foreign_text_cannot_command_a_terminal(string text, string shown) => Assert.Equal(shown, Visible.Line(text));

    [Fact]
    public void A_further_line_cannot_pose_as_a_line_of_ours() =>
        Assert.Equal("a\n    12:00:00 critical b", Visible.Lines("a\n12:00:00 critical b"));
}
