using System.Threading.Channels;
using Bridge.Host.Daemon;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Host.Tests.Daemon;

public sealed class ConfigWatchTests : IDisposable
{
    private static readonly DateTime s_day = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly string _folder = Directory.CreateTempSubdirectory("bridge-watch").FullName;
    private readonly ManualClock _clock = new();
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();

    private string File => Path.Combine(_folder, "bridge.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_reload_that_fails_is_told_and_the_next_change_is_seen()
    {
        Write("bridge.yaml", "1");
        var reloads = 0;
        using var watch = new ConfigWatch([File], _clock);
        using var stopping = new CancellationTokenSource();
        var watching = watch.RunAsync(
            reason =>
            {
                _heard.Writer.TryWrite(reason);
                return reloads++ == 0 ? Task.FromException(new IOException("the store failed")) : Task.CompletedTask;
            },
            (reason, failure) => _heard.Writer.TryWrite($"{reason}: {failure.Message}"),
            stopping.Token);

        Write("bridge.yaml", "22");
        Assert.Equal("a file changed", await NextAsync());
        Assert.Equal("a file changed: the store failed", await NextAsync());
        Write("bridge.yaml", "333");
        Assert.Equal("a file changed", await NextAsync());
        await stopping.CancelAsync();
        await watching;
    }

    [Fact]
    public async Task A_change_before_anybody_asks_for_changes_is_seen()
    {
        Write("bridge.yaml", "1");
        using var watch = new ConfigWatch([File], _clock);
        Write("bridge.yaml", "22");
        await AssertSeenAsync(watch, () => { });
    }

    [Fact]
    public async Task A_change_behind_a_link_is_seen()
    {
        Write("real.yaml", "1");
        System.IO.File.CreateSymbolicLink(File, "real.yaml");
        using var watch = new ConfigWatch([File], _clock);
        await AssertSeenAsync(watch, () => System.IO.File.AppendAllText(Path.Combine(_folder, "real.yaml"), "2"));
    }

    /// <summary>As stores of packages do, where all files are of one moment.</summary>
    [Theory]
    [InlineData("bridge.yaml", "one/bridge.yaml", "two/bridge.yaml")]
    [InlineData("..data", "one", "two")]
    public async Task A_link_that_leads_elsewhere_is_seen_although_length_and_time_are_the_same(string link, string before, string after)
    {
        Write("one/bridge.yaml", "1");
        Write("two/bridge.yaml", "2");
        if (link != "bridge.yaml")
        {
            System.IO.File.CreateSymbolicLink(File, $"{link}/bridge.yaml");
        }

        var path = Path.Combine(_folder, link);
        System.IO.File.CreateSymbolicLink(path, before);
        using var watch = new ConfigWatch([File], _clock);
        await AssertSeenAsync(watch, () =>
        {
            System.IO.File.Delete(path);
            System.IO.File.CreateSymbolicLink(path, after);
        });
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        System.IO.File.SetLastWriteTimeUtc(path, s_day);
    }

    private async Task AssertSeenAsync(ConfigWatch watch, Action change)
    {
        using var stopping = new CancellationTokenSource();
        var watching = watch.RunAsync(
            reason =>
            {
                _heard.Writer.TryWrite(reason);
                return Task.CompletedTask;
            },
            (_, failure) => Assert.Fail(failure.Message),
            stopping.Token);
        change();
        Assert.Equal("a file changed", await NextAsync());
        await stopping.CancelAsync();
        await watching;
    }

    private async Task<string> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        string? heard;
        while (!_heard.Reader.TryRead(out heard))
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }

        return heard;
    }
}
