using Xunit;

namespace Bridge.Host.Tests.Proofs.Walk;

public sealed class TranscriptTests
{
    [Theory]
    [InlineData("a\nb", "a\nb", true)]
    [InlineData("a\nb", "a\nc", false)]
    [InlineData("a", "a\nb", false)]
    [InlineData("a\n...", "a\nb\nc", true)]
    [InlineData("...\nc", "a\nb\nc", true)]
    [InlineData("...\nb", "a\nb\nc", false)]
    [InlineData("Whoever ... it", "Whoever has the key and loses it", true)]
    [InlineData("Whoever ... it", "Whoever has the key and loses it all", false)]
    [InlineData("delivered  12", "delivered 12", true)]
    [InlineData("delivered 12", "delivered 13", false)]
    [InlineData("since 2026-11-21 18:59:49, process 2838", "since 2027-01-02 03:04:05, process 1", true)]
    [InlineData("01a1ff7a-b71b-7f77-b59c-9bcb7396ccb9", "01a1ff7b-0000-7000-8000-9bcb7396ccb0", true)]
    [InlineData("home:#a1b2c3 took 12.5 ms", "home:#ffffff took 0.3 ms", true)]
    [InlineData("127.0.0.1:1883", "127.0.0.1:1884", false)]
    public void What_differs_from_run_to_run_is_the_same_and_nothing_else(string shown, string printed, bool same) =>
        Assert.Equal(same, Transcript.Difference(shown.Split('\n'), printed.Split('\n')) is null);

    [Theory]
    [InlineData("a\nc", "a\nb\nc\nd", true)]
    [InlineData("c\na", "a\nb\nc\nd", false)]
    [InlineData("a\na", "a\nb", false)]
    public void Of_a_log_the_page_shows_some_lines_in_order(string shown, string printed, bool same) =>
        Assert.Equal(same, Transcript.DifferenceInLog(shown.Split('\n'), printed.Split('\n')) is null);

    [Fact]
    public void A_block_has_commands_over_several_lines_and_marks()
    {
        var page = new MarkdownPage("page.md", """
            <!-- console: first: touch a -->
            <!-- console: first: touch b -->

            ```console
            $ cat >c <<'END'
            > one
            >
            > END
            $ cat c
            one
            ```

            <!-- console: not run: needs a second machine -->

            ```console
            $ ssh mac
            ```

            """);
        var blocks = ConsoleBlock.Of(page);
        Assert.Equal(["touch a", "touch b"], blocks[0].First);
        Assert.Equal(["cat >c <<'END'\none\n\nEND", "cat c"], blocks[0].Commands.Select(shown => shown.Command));
        Assert.Equal(["one"], blocks[0].Commands[1].Output);
        Assert.Equal("needs a second machine", blocks[1].NotRun);
    }
}
