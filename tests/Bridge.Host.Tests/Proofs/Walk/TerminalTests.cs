using System.Globalization;
using Xunit;

namespace Bridge.Host.Tests.Proofs.Walk;

public sealed class TerminalTests
{
    [Fact]
    public async Task Nothing_that_a_walk_began_goes_on_when_it_is_left_in_the_middle()
    {
        int running;
        await using (var terminal = await Terminal.OpenAsync())
        {
            // Deaf to the end of its window, as a daemon is that reads its configuration again then.
            await (await terminal.OpenWindowAsync(new Shown("bash -c 'trap \"\" HUP; sleep 1000; true'", []))).ReadyAsync();
            running = int.Parse(Assert.Single(await terminal.RunAsync("cat ~/window-1.running")), CultureInfo.InvariantCulture);
            await terminal.RunAsync("kill -9 $(cat ~/window-1.pid); wait");
            Assert.True(Goes(running));
        }

        for (var looks = 0; looks < 200 && Goes(running); looks++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.False(Goes(running));
    }

    /// <summary>Of what has ended and nobody asked for yet, the command line is empty.</summary>
    private static bool Goes(int process)
    {
        var file = $"/proc/{process}/cmdline";
        return File.Exists(file) && File.ReadAllText(file).Length > 0;
    }
}
