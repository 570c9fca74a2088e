using System.Threading.Channels;
using Bridge.Host.Daemon;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Host.Tests.Daemon;

public sealed class ConfigWatchTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("bridge-watch").FullName, "bridge.yaml");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public async Task A_reload_that_fails_is_told_and_the_next_change_is_seen()
    {
        await File.WriteAllTextAsync(_file, "1", TestContext.Current.CancellationToken);
        var clock = new ManualClock();
        var heard = Channel.CreateUnbounded<string>();
        var reloads = 0;
        using var stopping = new CancellationTokenSource();
        var watching = new ConfigWatch([_file], clock).RunAsync(
            reason =>
            {
                heard.Writer.TryWrite(reason);
                return reloads++ == 0 ? Task.FromException(new IOException("the store failed")) : Task.CompletedTask;
            },
            (reason, failure) => heard.Writer.TryWrite($"{reason}: {failure.Message}"),
            stopping.Token);

        await ChangeAsync("22");
        Assert.Equal("a file changed", await NextAsync());
        Assert.Equal("a file changed: the store failed", await NextAsync());
        await ChangeAsync("333");
        Assert.Equal("a file changed", await NextAsync());
        await stopping.CancelAsync();
        await watching;

        async Task ChangeAsync(string text)
        {
            await File.WriteAllTextAsync(_file, text, TestContext.Current.CancellationToken);
            while (!heard.Reader.TryPeek(out _))
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }

        async Task<string> NextAsync() =>
            await heard.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }
}
