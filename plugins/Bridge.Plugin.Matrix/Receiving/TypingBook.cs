using System.Text.Json;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>The homeserver tells who types now; what changed is the difference. One lot at a time.</summary>
internal sealed class TypingBook
{
    private const int MostRooms = 10_000;
    private const int MostUsers = 50;
    private readonly Dictionary<string, HashSet<string>> _typing = new(StringComparer.Ordinal);

    public IReadOnlyList<(string User, bool Typing)> Changes(string room, JsonElement content)
    {
        var now = content.ItemsOf("user_ids").Select(id => id.Text()).OfType<string>().Take(MostUsers).ToHashSet(StringComparer.Ordinal);
        var before = _typing.GetValueOrDefault(room) ?? [];
        List<(string, bool)> changes = [.. now.Except(before).Select(user => (user, true)), .. before.Except(now).Select(user => (user, false))];
        if (now.Count == 0)
        {
            _typing.Remove(room);
        }
        else if (_typing.Count < MostRooms || _typing.ContainsKey(room))
        {
            _typing[room] = now;
        }

        return changes;
    }
}
