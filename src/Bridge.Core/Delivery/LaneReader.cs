using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>Reads the deliveries of one endpoint's lanes back from the store, a page at a time and one page after another, away from the lanes' own queue.</summary>
internal sealed class LaneReader(Works works, SerialQueue queue, Action<Lane, LanePage> found)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private readonly Queue<Lane> _wanted = new();
    private bool _reading;

    /// <summary>Asks for the lane's next page. Called in the endpoint's queue, which is also where the page comes back.</summary>
    public void Read(Lane lane)
    {
        lane.Reading = true;
        _wanted.Enqueue(lane);
        if (!_reading)
        {
            ReadNext();
        }
    }

    private void ReadNext()
    {
        _reading = _wanted.TryDequeue(out var lane);
        if (!_reading)
        {
            return;
        }

        works.Activity.Begin();
        var (after, upTo) = (lane!.ReadUpTo, lane.LeftInStore);
        _ = Task.Run(async () =>
        {
            var page = await ReadPageAsync(lane.Id, after, upTo);
            queue.Post(() =>
            {
                lane.Reading = false;
                try
                {
                    found(lane, page);
                }
                finally
                {
                    ReadNext();
                }
            });
            works.Activity.End();
        });
    }

    private async Task<LanePage> ReadPageAsync(LaneId lane, DeliveryId after, DeliveryId upTo)
    {
        while (true)
        {
            try
            {
                return await OpenAsync(await works.Store.OpenInLaneAsync(lane, after, Lane.MostItems / 2, works.GaveUp), after, upTo);
            }
            catch (Exception failure)
            {
                // Whatever it was: a lane that is not read on would stand still for ever.
                if (works.GaveUp.IsCancellationRequested)
                {
                    return new LanePage([], [], after, End: true);
                }

                works.Telemetry.LaneNotRead(lane.Endpoint, failure is StoreException ? failure.Message : failure.GetType().Name);
                await Task.Delay(s_retry, works.Clock, works.GaveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<LanePage> OpenAsync(IReadOnlyList<DeliveryRow> rows, DeliveryId after, DeliveryId upTo)
    {
        var open = new List<Owed>(rows.Count);
        var lost = new List<(DeliveryRow, string)>();
        var bytes = 0L;
        foreach (var row in rows)
        {
            if (bytes > Lane.MostBytes / 2)
            {
                return new LanePage(open, lost, after, End: false);
            }

            try
            {
                var owed = await OpenAnewAsync(row);
                open.Add(owed);
                bytes += owed.Size;
            }
            catch (SealException failure)
            {
                lost.Add((row, failure.Why));
            }

            after = row.Id;
        }

        var end = rows.Count < Lane.MostItems / 2;
        return new LanePage(open, lost, end && upTo > after ? upTo : after, end);
    }

    /// <summary>What does not open may have been sealed anew, under another key, since its page was read: then it opens from the store.</summary>
    private async Task<Owed> OpenAnewAsync(DeliveryRow row)
    {
        try
        {
            return await OpenAsync(works, row);
        }
        catch (SealException)
        {
            return await OpenAsync(works, await works.Store.FindDeliveryAsync(row.Id, works.GaveUp) ?? row);
        }
    }

    /// <summary>The delivery ready to be worked on. Throws <see cref="SealException"/> when it cannot be opened any more.</summary>
    public static async Task<Owed> OpenAsync(Works works, DeliveryRow row)
    {
        var content = works.Records.Content(row);
        var arrival = content.Content is not null ? null
            : await works.Store.FindEventAsync(row.Event, works.GaveUp) is { } found ? works.Records.Arrival(found)
            : throw new SealException("the event of the delivery is gone");
        return new Owed(row, content, arrival, works.Records.Progress(row));
    }

    /// <summary>The event itself; null when it is gone.</summary>
    public static async Task<Arrival?> ArrivalAsync(Works works, EventId id)
    {
        try
        {
            return await works.Store.FindEventAsync(id, works.GaveUp) is { } row ? works.Records.Arrival(row) : null;
        }
        catch (SealException)
        {
            return null;
        }
    }
}

/// <summary>What was read.</summary>
/// <param name="Open">In id order.</param>
/// <param name="Lost">What cannot be opened any more, and why.</param>
/// <param name="UpTo">Everything up to here has been read.</param>
/// <param name="End">There was no more at the time.</param>
internal sealed record LanePage(IReadOnlyList<Owed> Open, IReadOnlyList<(DeliveryRow Row, string Why)> Lost, DeliveryId UpTo, bool End);
