using Bridge.Core.Delivery;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class SerialQueueTests
{
    private static readonly TimeProvider s_time = TimeProvider.System;

    [Fact]
    public void What_is_posted_while_the_queue_falls_asleep_is_run()
    {
        // Lines that both sides use keep the store buffer of the one that falls asleep full, so that a missing fence shows, more often than not.
        var lines = new long[64 * 8];
        var (ran, read, jitter) = (0L, 0L, new Random(3));
        var queue = new SerialQueue(() => Dirty(lines), failure => Assert.Fail(failure.GetType().Name), new Activity());
        var began = s_time.GetTimestamp();
        for (var post = 1L; s_time.GetElapsedTime(began) < TimeSpan.FromSeconds(1.5); post++)
        {
            var number = post;
            queue.Post(() => Volatile.Write(ref ran, number));
            Assert.True(SpunUntil(() => Volatile.Read(ref ran) == number), $"post {number} was left lying");
            read += Read(lines);
            Thread.SpinWait(jitter.Next(60));
        }

        Assert.NotEqual(0, read);
    }

    // Asking the time at each turn would come too late to meet the moment.
    private static bool SpunUntil(Func<bool> condition)
    {
        var began = s_time.GetTimestamp();
        for (var turns = 1; !condition(); turns++)
        {
            if (turns % 1_000_000 == 0 && s_time.GetElapsedTime(began) > TimeSpan.FromSeconds(20))
            {
                return false;
            }
        }

        return true;
    }

    private static void Dirty(long[] lines)
    {
        for (var line = 0; line < 40; line++)
        {
            lines[line * 8]++;
        }
    }

    private static long Read(long[] lines)
    {
        var sum = 0L;
        for (var line = 0; line < 40; line++)
        {
            sum += lines[line * 8];
        }

        return sum;
    }
}
