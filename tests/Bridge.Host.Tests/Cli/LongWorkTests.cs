using Bridge.Host.Cli;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Host.Tests.Cli;

public sealed class LongWorkTests
{
    [Fact]
    public void Without_a_terminal_there_is_a_line_at_most_every_five_seconds()
    {
        var (clock, text) = (new ManualClock(), new StringWriter { NewLine = "\n" });
        var lines = new LongWork.Lines(text, "Backing up", clock);
        for (var done = 0; done < 120; done++)
        {
            lines.Report(new HowFar(done * 1000, 120_000, "records"));
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal("Backing up: 50,000 of 120,000 records (41 %)\nBacking up: 100,000 of 120,000 records (83 %)\n", text.ToString());
    }

    [Fact]
    public void What_has_no_known_end_is_counted() => Assert.Equal("1,234 files", new HowFar(1234, null, "files").ToString());

    [Fact]
    public async Task The_result_of_the_work_is_handed_on() =>
        Assert.Equal(7, await LongWork.RunAsync(new Output(json: true), "Counting", progress =>
        {
            progress.Report(new HowFar(1, 1, "things"));
            return Task.FromResult(7);
        }));
}
