using System.Collections.Concurrent;
using System.Diagnostics;

namespace Bridge.Bench.Load;

/// <summary>
/// What was sent, acknowledged and received, message by message. Numbers are per key and ascending, so order is visible. Thread-safe: source and
/// sink each write their own columns.
/// </summary>
internal sealed class Ledger(int keys, int capacity)
{
    private readonly long[] _sentAt = new long[capacity];
    private readonly long[] _receivedAt = new long[capacity];
    private readonly bool[] _acknowledged = new bool[capacity];
    private readonly Guid[] _eventIds = new Guid[capacity];
    private readonly int[] _lastFirst = [.. Enumerable.Repeat(-1, keys)];
    private readonly ConcurrentQueue<string> _faults = new();
    private int _sent;
    private int _acknowledgedCount;
    private int _receivedCount;
    private int _duplicates;

    public int Keys { get; } = keys;

    public int Capacity { get; } = capacity;

    public int Sent => Volatile.Read(ref _sent);

    public int Acknowledged => Volatile.Read(ref _acknowledgedCount);

    /// <summary>First occurrences.</summary>
    public int Received => Volatile.Read(ref _receivedCount);

    public int Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>Order broken, or a duplicate under another event id: each a sentence.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public int InFlight => Sent - Received;

    /// <summary>How many of the last sent were first seen so shortly ago.</summary>
    public int ReceivedWithin(TimeSpan time)
    {
        var (since, sent) = (Stopwatch.GetTimestamp() - (long)(time.TotalSeconds * Stopwatch.Frequency), Sent);
        return Enumerable.Range(Math.Max(0, sent - 20_000), Math.Min(sent, 20_000)).Count(number => _receivedAt[number] > since);
    }

    public int KeyOf(int number) => number % Keys;

    public void Send(int number, long at)
    {
        _sentAt[number] = at;
        Volatile.Write(ref _sent, Math.Max(_sent, number + 1));
    }

    public void Acknowledge(int number)
    {
        if (!_acknowledged[number])
        {
            _acknowledged[number] = true;
            Interlocked.Increment(ref _acknowledgedCount);
        }
    }

    public void Receive(int number, string? eventIdText, long at)
    {
        _ = Guid.TryParse(eventIdText, out var eventId);
        if (_receivedAt[number] != 0)
        {
            Interlocked.Increment(ref _duplicates);
            if (eventId != _eventIds[number])
            {
                _faults.Enqueue($"message {number} came twice under different event ids: {_eventIds[number]} and {eventId}");
            }

            return;
        }

        (_receivedAt[number], _eventIds[number]) = (at, eventId);
        Interlocked.Increment(ref _receivedCount);
        ref var last = ref _lastFirst[KeyOf(number)];
        if (number < last)
        {
            _faults.Enqueue($"message {number} first came after message {last} of the same topic");
        }

        last = Math.Max(last, number);
    }

    /// <summary>Acknowledged to the source, never seen by the sink.</summary>
    public IReadOnlyList<int> Lost() => [.. Enumerable.Range(0, Sent).Where(number => _acknowledged[number] && _receivedAt[number] == 0)];

    /// <summary>From the intended send to the first receipt, in stopwatch ticks, ascending.</summary>
    public long[] Latencies(int from)
    {
        long[] all = [.. Enumerable.Range(from, Math.Max(0, Sent - from)).Where(n => _receivedAt[n] != 0).Select(n => _receivedAt[n] - _sentAt[n])];
        Array.Sort(all);
        return all;
    }
}
