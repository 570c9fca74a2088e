namespace Bridge.Plugin.Sms.Codec;

/// <summary>
/// Puts messages together whose parts come in any order, more than once or not at all. Looking (<see cref="Take"/>) changes nothing: a part counts when its
/// receiver has made it durable and says so (<see cref="Keep"/>, <see cref="Forget"/>). Not for several threads at once.
/// </summary>
/// <param name="clock">Says what is overdue.</param>
/// <param name="patience">For how long a message waits for its missing parts, and a finished one is known again.</param>
/// <param name="most">How many parts are kept at most; beyond, the oldest message is overdue at once.</param>
internal sealed class Reassembler(TimeProvider clock, TimeSpan patience, int most)
{
    private readonly Dictionary<(PartKey Key, int Generation), SortedDictionary<int, Part>> _waiting = [];
    private readonly List<JoinedMessage> _joined = [];

    /// <summary>Parts that wait for others.</summary>
    public int Count { get; private set; }

    public Step Take(Part part)
    {
        DropJoined();
        if (_joined.Any(joined => joined.Has(part)))
        {
            return new Step.Repeats();
        }

        var begun = _waiting.Where(message => message.Key.Key == part.Key).OrderBy(message => message.Key.Generation).ToList();
        if (begun.Any(message => message.Value.TryGetValue(part.Sequence, out var known) && known.IsSameAs(part)))
        {
            return new Step.Repeats();
        }

        // Of several under one reference the first that lacks this part is meant.
        var (key, others) = begun.FirstOrDefault(message => !message.Value.ContainsKey(part.Sequence));
        var taken = part with { Generation = others is not null ? key.Generation : begun.Count == 0 ? 0 : begun[^1].Key.Generation + 1 };
        return (others?.Count ?? 0) + 1 < part.Key.Total
            ? new Step.Waits(taken)
            : new Step.Completes([.. (others?.Values ?? Enumerable.Empty<Part>()).Append(taken).OrderBy(each => each.Sequence)]);
    }

    /// <summary>The part is durable.</summary>
    public void Keep(Part part)
    {
        if (!_waiting.TryGetValue((part.Key, part.Generation), out var parts))
        {
            _waiting[(part.Key, part.Generation)] = parts = [];
        }

        if (parts.TryAdd(part.Sequence, part))
        {
            Count++;
        }
    }

    /// <summary>The message is handed over, whole or not, and that is durable.</summary>
    public void Forget(IReadOnlyList<Part> parts, JoinedMessage joined)
    {
        if (_waiting.Remove((parts[0].Key, parts[0].Generation), out var waiting))
        {
            Count -= waiting.Count;
        }

        Recall(joined);
    }

    /// <summary>Its parts are known again for a while.</summary>
    public void Recall(JoinedMessage joined)
    {
        _joined.Add(joined);
        DropJoined();
    }

    /// <summary>Messages that wait no longer: some of their parts, in order. The oldest first.</summary>
    public IReadOnlyList<IReadOnlyList<Part>> Overdue()
    {
        var oldest = _waiting.Values.OrderBy(parts => parts.Values.Min(part => part.ReceivedAt)).ToList();
        var tooMany = Count - most;
        var overdue = new List<IReadOnlyList<Part>>();
        foreach (var parts in oldest)
        {
            if (tooMany <= 0 && clock.GetUtcNow() - parts.Values.Min(part => part.ReceivedAt) < patience)
            {
                break;
            }

            tooMany -= parts.Count;
            overdue.Add([.. parts.Values]);
        }

        return overdue;
    }

    /// <summary>Parts of one coding are joined before they are read, since a gateway may have cut anywhere.</summary>
    /// <param name="parts">In order; of octets there is no text.</param>
    /// <param name="missing">What stands in the place of parts that are not there.</param>
    public static string TextOf(IReadOnlyList<Part> parts, string missing = "")
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < parts.Count;)
        {
            var run = parts.Skip(i).TakeWhile((part, n) => part.Coding == parts[i].Coding && part.Sequence == parts[i].Sequence + n).ToList();
            if (parts[i].Sequence != (i == 0 ? 1 : parts[i - 1].Sequence + 1))
            {
                text.Append(missing);
            }

            byte[] joined = [.. run.SelectMany(part => part.Data.Bytes.ToArray())];
            text.Append(parts[i].Coding == TextCoding.Utf16 ? Utf16.Decode(joined) : Gsm7Alphabet.Default.Decode(joined));
            i += run.Count;
        }

        return parts[^1].Sequence < parts[0].Key.Total ? text.Append(missing).ToString() : text.ToString();
    }

    private void DropJoined()
    {
        var now = clock.GetUtcNow();
        _joined.RemoveAll(joined => !joined.IsKnownAt(now, patience));
        _joined.RemoveRange(0, Math.Max(0, _joined.Count - most));
    }
}
