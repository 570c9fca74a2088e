using System.Runtime.InteropServices;
using System.Text.Json;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>
/// Reads what the homeserver left out of its answer about a busy room. A room whose history it does not give holds up the others for a while, and not for ever.
/// </summary>
internal sealed class GapReader(Session session)
{
    private const int MostPages = 200;
    private const long MostBytes = 64_000_000; // all of a gap is in memory: it is read from its end

    // Counted anew by each run: while the homeserver itself is away, its watch ends the run.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    /// <summary>What lies between the last answer and this one; oldest first.</summary>
    /// <param name="room">Whose.</param>
    /// <param name="timeline">Of the room, as the answer has it.</param>
    /// <param name="since">How far the last answer reached.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task<List<Told>> ReadAsync(string room, JsonElement timeline, string since, CancellationToken stopping)
    {
        List<Told> found = [];
        var from = timeline.FlagOf("limited") ? timeline.TextOf("prev_batch") : null;
        var bytes = 0L;
        for (var page = 0; from is not null; page++)
        {
            if (page == MostPages || bytes > MostBytes)
            {
                session.Context.Drops.Dropped("more was said in a room while Bridge was away than it reads back");
                break;
            }

            if (await PageAsync(Paths.Messages(room, from, limit: 100, until: since), stopping) is not { } answer)
            {
                session.Context.Drops.Dropped("what was said in a room while Bridge was away, and the homeserver does not give");
                session.Context.Report("the homeserver does not give what was said in a room while Bridge was away: some of it is lost");
                break;
            }

            bytes += JsonMarshal.GetRawUtf8Value(answer).Length;
            var chunk = answer.ItemsOf("chunk").ToList();
            found.AddRange(chunk.Select(value => new Told(value, room)));
            from = chunk.Count == 0 ? null : answer.TextOf("end");
        }

        found.Reverse();
        return found;
    }

    /// <summary>Where the rate is limited, the same page is asked for again: begun anew, it would be limited there again. Null: it is not to be had.</summary>
    private async Task<JsonElement?> PageAsync(string path, CancellationToken stopping)
    {
        var began = session.Context.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await session.Client.GetAsync(path, session.Bot, stopping);
            }
            catch (MatrixException failure) when (failure.IsLimit || (failure.IsOutage && session.Context.Clock.GetElapsedTime(began) < s_patience))
            {
                await Task.Delay(failure.RetryAfter ?? s_pause, session.Context.Clock, stopping);
            }
            catch (MatrixException failure) when (!failure.IsBadToken)
            {
                return null;
            }
        }
    }
}
