using Bridge.Core.Routing;
using Xunit;

namespace Bridge.Core.Tests.Routing;

public sealed class MemoryTimersTests
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void A_cooldown_that_begins_every_minute_leaves_nothing_behind()
    {
        var timers = new MemoryTimers();
        var memory = new RulesMemory();
        var key = new MemoryKey("route", MemoryKinds.Cooldown, "key");
        for (var minute = 0; minute < 10_000; minute++)
        {
            var now = s_start.AddMinutes(minute);
            while (timers.TryTake(now, memory, out var due, out _))
            {
                Set(due, null);
            }

            // Held by a pending delivery for as long as that may be tried, then by its success.
            Set(key, new CoolingDown(minute, TimeSpan.FromMinutes(1), [0], null, now.AddDays(1)));
            Set(key, new CoolingDown(minute, TimeSpan.FromMinutes(1), [], now, now.AddSeconds(30)));
        }

        Assert.InRange(timers.Count, 1, 200);

        void Set(MemoryKey at, Remembered? value)
        {
            memory.Set(at, value);
            timers.Schedule(at, value);
        }
    }

    [Fact]
    public void Every_key_is_due_at_its_latest_time_whatever_came_before()
    {
        var random = new Random(5);
        var timers = new MemoryTimers();
        var memory = new RulesMemory();
        var taken = 0;
        for (var now = s_start; now < s_start.AddHours(3); now = now.AddSeconds(1))
        {
            var key = new MemoryKey("route", MemoryKinds.Cooldown, $"{random.Next(40)}");
            var value = random.Next(5) == 0 ? null : new CoolingDown(0, default, [], null, now.AddSeconds(random.Next(1, 2_000)));
            memory.Set(key, value);
            timers.Schedule(key, value);
            while (timers.TryTake(now, memory, out var due, out var found))
            {
                Assert.True(found.Forget <= now);
                memory.Set(due, null);
                timers.Schedule(due, null);
                taken++;
            }

            Assert.DoesNotContain(memory.Entries, entry => entry.Value.Forget <= now);
        }

        Assert.InRange(taken, 100, 10_000);
    }
}
