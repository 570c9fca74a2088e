using System.Collections.Concurrent;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Sending;

/// <summary>The read receipts that Bridge gives for people, to know them when they are heard: a receipt has no place for a mark.</summary>
internal sealed class ReceiptBook
{
    private const int MostRemembered = 2_000;

    // The homeserver tells of a receipt within moments, or never: what passes is not kept.
    private readonly ConcurrentDictionary<(string User, NativeId UpTo), bool> _given = new();

    /// <summary>Before it is given: it may be told of before the answer comes.</summary>
    public void Remember(string user, NativeId upTo)
    {
        if (_given.Count >= MostRemembered)
        {
            _given.Clear();
        }

        _given[(user, upTo)] = true;
    }

    /// <summary>Whether Bridge gave it, and not the person.</summary>
    public bool Knows(string user, NativeId upTo) => _given.ContainsKey((user, upTo));
}
