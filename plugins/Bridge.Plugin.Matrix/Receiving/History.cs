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

    /// <summary>Oldest first. Edits and reactions of what is told come with it.</summary>
    public async Task<IReadOnlyList<Inbound>> LatestAsync(string rest, int most, CancellationToken cancellationToken)
    {
        var room = await rooms.RoomOfAsync(rest, cancellationToken);
        List<Inbound> found = [];
        string? from = null;
        for (var page = 0; page < MostPages; page++)
        {
            var path = Paths.Messages(room, from, PageSize);
            var answer = await joining.InRoomAsync(room, session.Bot, () => session.Client.GetAsync(path, session.Bot, cancellationToken), cancellationToken);
            foreach (var value in answer.ItemsOf("chunk"))
            {
                if (found.Count(inbound => inbound.Event is MessagePosted) == most)
                {
                    break;
                }

                if (RoomEvent.Of(value, room) is { } happened && await reading.OfAsync(happened, cancellationToken) is { Event: MessagePosted or MessageEdited or ReactionChanged } inbound)
                {
                    found.Add(inbound with { Historic = true });
                }
            }

            from = answer.TextOf("end");
            if (from is null || found.Count(inbound => inbound.Event is MessagePosted) >= most)
            {
                break;
            }
        }

        found.Reverse();
        return found;
    }
}
