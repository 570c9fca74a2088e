using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Rooms;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>What was said in a room before Bridge listened, as far as the bot may see it.</summary>
internal sealed class History(Session session, RoomBook rooms, Joining joining, Reading reading)
{
    private const int PageSize = 100;
    private const int MostPages = 50;

    // Whoever asks waits for half a minute in all: better without some old pictures than without all that was said.
    private static readonly TimeSpan s_filesTime = TimeSpan.FromSeconds(10);

    /// <summary>Messages, the oldest first, as they read after their edits; the latest as many as are wanted.</summary>
    public async Task<IReadOnlyList<Inbound>> LatestAsync(string rest, int most, CancellationToken cancellationToken)
    {
        var room = await rooms.RoomOfAsync(rest, cancellationToken);
        List<(RoomEvent Happened, Inbound Inbound)> found = [];
        Dictionary<(NativeId Target, string By), MessageEdited> edits = [];
        string? from = null;
        for (var page = 0; page < MostPages; page++)
        {
            var path = Paths.Messages(room, from, PageSize);
            var answer = await joining.InRoomAsync(room, session.Bot, () => session.Client.GetAsync(path, session.Bot, cancellationToken), cancellationToken);
            foreach (var value in answer.ItemsOf("chunk"))
            {
                if (found.Count == most)
                {
                    break;
                }

                if (RoomEvent.Of(value, room) is { } happened && await reading.NamedAsync(happened, cancellationToken) is { } inbound)
                {
                    Take(happened, inbound, found, edits);
                }
            }

            from = answer.TextOf("end");
            if (from is null || found.Count == most)
            {
                break;
            }
        }

        found.Reverse();
        return await reading.WithBytesAsync(found, cancellationToken, s_filesTime);
    }

    /// <summary>The room is read backwards: of several edits the last comes first, and all of them before their message.</summary>
    private static void Take(
        RoomEvent happened, Inbound inbound, List<(RoomEvent, Inbound)> found, Dictionary<(NativeId Target, string By), MessageEdited> edits)
    {
        if (inbound.Event is MessageEdited edited)
        {
            edits.TryAdd((edited.Target, inbound.Sender!.Value), edited);
        }
        else if (inbound.Event is MessagePosted posted)
        {
            var edit = edits.GetValueOrDefault((inbound.NativeId!.Value, inbound.Sender!.Value));
            found.Add((happened, inbound with { Event = edit is null ? posted : posted.Edited(edit), Historic = true }));
        }
    }
}
