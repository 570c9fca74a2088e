using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

// What became of a send.
internal sealed partial class EndpointLanes
{
    private void Answered(Lane lane, Owed owed, EndpointHandle handle, DeliveryKey key, SendResult result)
    {
        _inFlight--;
        if (_works.GaveUp.IsCancellationRequested)
        {
            return;
        }

        TakeUp(lane, owed, handle, key, result);
        Tend(lane);
    }

    /// <summary>A fault of our own on the way leaves nothing in flight: what the network did is then known no better than without an answer.</summary>
    private void TakeUp(Lane lane, Owed owed, EndpointHandle handle, DeliveryKey key, SendResult result)
    {
        var before = owed.Progress;
        try
        {
            Conclude(lane, owed, handle, key, result);
        }
        catch (Exception fault)
        {
            Fault(fault);
            if (owed.Phase == OwedPhase.Sending)
            {
                (owed.Progress, owed.Claims) = (before, null);
                Conclude(lane, owed, handle, key, Outcomes.NoAnswer(fault));
            }
        }
    }

    private void Conclude(Lane lane, Owed owed, EndpointHandle handle, DeliveryKey key, SendResult result)
    {
        switch (Outcomes.Of(result, owed.Resend!, owed.Content.RetryUncertain))
        {
            case Next.Through through:
                Through(lane, owed, key, through);
                break;
            case Next.Again again:
                SendAgain(lane, owed, again, handle.Connected);
                break;
            case Next.Refused refused:
                Refund(owed, refused.UnitsUsed);
                Finish(lane, owed, owed.IsBegun ? DeliveryState.Partial : DeliveryState.Failed, refused.Why, refused.Cure);
                break;
            case Next.Uncertain uncertain:
                Finish(lane, owed, DeliveryState.Uncertain, uncertain.Why);
                break;
        }
    }

    private void Through(Lane lane, Owed owed, DeliveryKey key, Next.Through through)
    {
        var part = owed.Part;
        if (through.Ids.Count == 0 && owed.Resend is not ResendClass.Harmless)
        {
            TellDoubt(owed); // it has no name by which it could be known
        }

        var state = through.Reported ? DeliveryState.Sent : DeliveryState.Delivered;
        var ordinary = part == 0 && owed.Parts!.Value.Count == 1 && owed.Attempts == 0 && through.Ids.Count == 0 && !through.Reported
            && owed.Progress == s_untouched;
        if (!ordinary)
        {
            owed.Progress = owed.Progress with
            {
                Parts = [.. owed.Progress.Parts, new PartResult(part, through.Ids, state)],
                DoubtSince = null,
                Reason = null,
                Cure = null,
            };
            Step(owed, owed.Parts!.Value.Count == 1 ? Word(state) : $"part {part + 1} of {owed.Parts!.Value.Count} {Word(state)}");
        }

        owed.Claims ??= [];
        foreach (var id in through.Ids)
        {
            owed.Claims.Add(new NativeClaim(_works.Records.NativeIndex(owed.To, id), owed.Event, owed.Id, part));
        }

        if (owed.Resend is not ResendClass.Harmless || through.Reported)
        {
            owed.Claims.Add(new NativeClaim(_works.Records.ReportIndex(key), owed.Event, owed.Id, part));
        }

        if (!ordinary && owed.Part < owed.Parts!.Value.Count)
        {
            NextPart(lane, owed);
        }
        else
        {
            Finish(lane, owed, owed.Progress.Parts.Any(done => done.State == DeliveryState.Sent) || through.Reported ? DeliveryState.Sent : DeliveryState.Delivered);
        }
    }

    private static readonly DeliveryProgress s_untouched = new();

    /// <summary>A part's result is durable before the next one leaves.</summary>
    private void NextPart(Lane lane, Owed owed)
    {
        owed.State = DeliveryState.Pending;
        owed.Attempts = 0;
        RecordClaims(owed, urgent: true);
        RecordProgress(owed, urgent: true);
        _ledger.WhenDurable(() =>
        {
            lane.Return(owed);
            Tend(lane);
        });
    }

    private void SendAgain(Lane lane, Owed owed, Next.Again again, bool connected)
    {
        owed.State = DeliveryState.Pending;
        owed.Asked = false;
        if (again.Doubtful && owed.Resend is ResendClass.Unsafe)
        {
            TellDoubt(owed);
        }
        else if (!again.Doubtful && owed.Progress.DoubtSince is null)
        {
            Landed(owed);
        }

        if (!again.Doubtful)
        {
            Refund(owed);
        }

        var changed = connected || owed.Resend is ResendClass.Unsafe;
        if (connected)
        {
            owed.Attempts++;
            owed.NotBefore = Now.Later(again.After is { } after && after > TimeSpan.Zero ? after : RetryDelay.After(owed.Attempts, _random));
        }

        if (again.Doubtful && owed.Resend is ResendClass.Keyed && owed.Progress.DoubtSince is null)
        {
            owed.Progress = owed.Progress with { DoubtSince = owed.SentAt };
            changed = true;
        }

        if (changed)
        {
            owed.Progress = owed.Progress with { Reason = again.Why, Cure = null };
            Step(owed, $"not sent: {again.Why}");
            RecordProgress(owed, urgent: owed.Resend is not ResendClass.Harmless);
        }

        lane.ComesBack(owed);
        if (owed.Deadline <= Now)
        {
            GiveUp(lane, owed);
        }

        if (connected)
        {
            _works.Telemetry.DeliveryDeferred(_id, owed.Id, owed.Attempts, again.Why);
        }
    }

    private void GiveUpOverdue(Lane lane, DateTimeOffset now)
    {
        foreach (var owed in lane.Items.Where(owed => owed.Phase is OwedPhase.Waiting or OwedPhase.Again && owed.Deadline <= now).ToList())
        {
            GiveUp(lane, owed);
        }

        if (lane.PausedUntil <= now)
        {
            lane.PausedUntil = null;
        }

        lane.RecountDeadlines();
    }

    private void GiveUp(Lane lane, Owed owed)
    {
        var why = owed.IsExpiry ? "its time ran out" : "tried for as long as the rule allows";
        why = owed.Progress.Reason is { } reason ? $"{why}; last: {reason}" : why;
        var state = owed.Body is ReceiptReported ? DeliveryState.Cancelled
            : owed.Progress.DoubtSince is not null ? DeliveryState.Uncertain
            : owed.IsBegun ? DeliveryState.Partial
            : owed.IsExpiry ? DeliveryState.Expired
            : DeliveryState.Failed;
        Finish(lane, owed, state, why);
    }

    /// <summary>The delivery has an outcome; it is recorded when everything before it in the lane has one.</summary>
    private void Finish(Lane lane, Owed owed, DeliveryState state, string? why = null, string? cure = null)
    {
        owed.Outcome = state;
        if (why is not null)
        {
            owed.Progress = owed.Progress with { Reason = why, Cure = cure };
            Step(owed, $"{Word(state)}: {why}");
        }

        if (lane.Finished(owed))
        {
            RecordFront(lane);
        }
        else
        {
            Record(owed, urgent: false);
            lane.Remove(owed);
        }
    }
}
