using Bridge.Host.Daemon;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Host.Tests.Daemon;

public sealed class IdleTrimTests : IDisposable
{
    private const long Megabyte = 1 << 20;
    private readonly ManualClock _clock = new();
    private readonly IdleTrim _trim;
    private long _allocated;
    private int _trims;

    public IdleTrimTests() => _trim = new IdleTrim(() => _allocated, () => _trims++, _clock);

    public void Dispose() => _trim.Dispose();

    [Fact]
    public void After_a_burst_memory_is_given_back_once()
    {
        Work(100 * Megabyte, seconds: 2);
        Assert.Equal(0, _trims);
        Work(0, seconds: 60);
        Assert.Equal(1, _trims);
    }

    [Fact]
    public void Nobody_who_is_busy_is_made_to_wait_for_it()
    {
        for (var second = 0; second < 600; second += 2)
        {
            Work(2 * Megabyte, seconds: 2);
        }

        Assert.Equal(0, _trims);
    }

    [Fact]
    public void What_little_happens_in_an_idle_house_costs_a_collection_now_and_then()
    {
        for (var second = 0; second < 600; second += 2)
        {
            Work(Megabyte / 4, seconds: 2);
        }

        Assert.InRange(_trims, 4, 5);
    }

    private void Work(long bytes, int seconds)
    {
        _allocated += bytes;
        _clock.Advance(TimeSpan.FromSeconds(seconds));
    }
}
