using System.Threading.Channels;
using Bridge.Core.Storage;
using Bridge.Host.Health;
using Bridge.Host.Systemd;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Host.Tests.Systemd;

public sealed class HeartbeatTests : IDisposable
{
    private static readonly TimeSpan s_half = TimeSpan.FromSeconds(3);
    private readonly ManualClock _clock = new();
    private readonly NotifySocket _socket = new($"@bridge-heartbeat/{Path.GetRandomFileName()}");
    private readonly Channel<string> _silent = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource _answer = Answered();
    private TimeSpan _committing;
    private string _status = "fine";
    private Task _running = Task.CompletedTask;

    public void Dispose()
    {
        _stopping.Cancel();
        _socket.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task A_sign_of_life_comes_twice_in_the_time_that_the_manager_waits()
    {
        Start();
        await BeatsAsync();
        Advance();
        await BeatsAsync();
        Advance();
        await BeatsAsync();
        await StopAsync();
    }

    [Fact]
    public async Task A_loop_that_hangs_gets_no_sign_of_life_until_it_goes_on()
    {
        Start();
        await BeatsAsync();
        _answer = new TaskCompletionSource();
        Assert.StartsWith("the decision loop has not answered for ", await SilentAsync(), StringComparison.Ordinal);
        Assert.True(_socket.IsEmpty);
        _answer.SetResult();
        _answer = Answered();
        Advance();
        await BeatsAsync();
        await StopAsync();
    }

    [Fact]
    public async Task A_commit_without_end_gets_none_either()
    {
        Start();
        await BeatsAsync();
        _committing = TimeSpan.FromSeconds(4);
        Assert.Equal("the store has been committing for 4 s", await SilentAsync());
        Assert.True(_socket.IsEmpty);
        await StopAsync();
    }

    [Fact]
    public async Task A_store_that_refuses_is_no_reason_to_be_restarted()
    {
        _answer = new TaskCompletionSource();
        _answer.SetException(new StoreException("the disk is full"));
        Start();
        await BeatsAsync();
        await StopAsync();
    }

    [Fact]
    public async Task A_status_that_changed_is_told()
    {
        Start();
        await BeatsAsync();
        _status = "one endpoint is lost";
        Advance();
        await BeatsAsync();
        Assert.Equal("STATUS=one endpoint is lost", await _socket.NextAsync());
        await StopAsync();
    }

    private static TaskCompletionSource Answered()
    {
        var answered = new TaskCompletionSource();
        answered.SetResult();
        return answered;
    }

    private void Start()
    {
        var manager = new ServiceManager(_socket.Name, 2 * s_half, _clock);
        var heartbeat = new Heartbeat(manager, new Liveness(() => _answer.Task, () => _committing, _clock), () => _status, part => _silent.Writer.TryWrite(part), _clock);
        Assert.Equal(s_half, heartbeat.Period);
        _running = heartbeat.RunAsync(_stopping.Token);
    }

    private void Advance() => _clock.Advance(s_half);

    private async Task<string> SilentAsync()
    {
        string? part;
        while (!_silent.Reader.TryRead(out part))
        {
            Advance();
            await Task.Yield();
        }

        return part;
    }

    private async Task BeatsAsync() => Assert.Equal("WATCHDOG=1", await _socket.NextAsync());

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }
}
