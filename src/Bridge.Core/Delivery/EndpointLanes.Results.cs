using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

// What became of a send, and how that is recorded: in lane order, so that a crash repeats only a suffix.
internal sealed partial class EndpointLanes
{
    private const int MostSteps = 20;

    private void Answered(Lane lane, Owed owed, EndpointHandle handle, DeliveryKey key, SendResult result)
    {
        _inFlight--;
        if (_works.GaveUp.IsCancellationRequested)
        {
            return;
        }

        switch (Outcomes.Of(result, owed.Resend!, owed.Content.RetryUncertain))
        {
            case Next.Through through:
                Through(lane, owed, key, through);
                break;
            case Next.Again again:
                SendAgain(lane, owed, again, handle.Connected);
                break;
            case Next.Refused refused:
                Finish(lane, owed, owed.Part > 0 ? DeliveryState.Partial : DeliveryState.Failed, refused.Why, refused.Cure);
                break;
            case Next.Uncertain uncertain:
                Finish(lane, owed, DeliveryState.Uncertain, uncertain.Why);
                break;
        }

        Tend(lane);
    }

    private void Through(Lane lane, Owed owed, DeliveryKey key, Next.Through through)
    {
        var part = owed.Part;
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
        var changed = connected || owed.Resend is ResendClass.Unsafe;
        if (connected)
        {
            owed.Attempts++;
            owed.NotBefore = Now.Later(again.After is { } after && after > TimeSpan.Zero ? after : RetryDelay.After(owed.Attempts, _random));
            _works.Telemetry.DeliveryDeferred(_id, owed.Id, owed.Attempts, again.Why);
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
            : owed.Part > 0 ? DeliveryState.Partial
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

    private void RecordFront(Lane lane)
    {
        while (lane.FirstUnrecorded() is { Phase: OwedPhase.Done } owed)
        {
            if (owed.Resend is null or ResendClass.Harmless)
            {
                Record(owed, urgent: false);
                lane.Remove(owed);
                continue;
            }

            owed.Phase = OwedPhase.Recording;
            Record(owed, urgent: true);
            _ledger.WhenDurable(() =>
            {
                lane.Remove(owed);
                Tend(lane);
            });
        }
    }

    private void Record(Owed owed, bool urgent)
    {
        var state = owed.State = owed.Outcome!.Value;
        var through = state is DeliveryState.Sent or DeliveryState.Delivered;
        if (owed.Content.Hold is { } hold)
        {
            _ledger.Tell(new Settlement(owed.Event, owed.Content.Route, hold, through));
        }

        TellOutcome(owed, state);
        foreach (var edit in owed.Folded ?? [])
        {
            edit.Outcome = through ? DeliveryState.Superseded : DeliveryState.Failed;
            edit.Progress = edit.Progress with { Reason = through ? $"folded into delivery {owed.Id}" : "target not delivered" };
            Step(edit, $"{Word(edit.Outcome.Value)}: {edit.Progress.Reason}");
            Record(edit, urgent: false);
        }

        RecordClaims(owed, urgent: false);
        RecordProgress(owed, urgent);
        _works.Telemetry.DeliveryMoved(_id, owed.Id, owed.Event, state, owed.Progress.Reason);
        _works.Telemetry.DeliveryEnded(_id, owed.Id, owed.Event, state, through, Now - owed.CreatedAt);
    }

    private void RecordClaims(Owed owed, bool urgent)
    {
        foreach (var claim in owed.Claims ?? [])
        {
            _ledger.Add(new StoreChange.ClaimNative(claim), urgent);
        }

        owed.Claims = null;
    }

    private void ClaimReport(Owed owed, DeliveryKey key, bool urgent) =>
        _ledger.Add(new StoreChange.ClaimNative(new NativeClaim(_works.Records.ReportIndex(key), owed.Event, owed.Id, owed.Part)), urgent);

    private void RecordProgress(Owed owed, bool urgent)
    {
        var progress = owed.Progress == s_untouched
            ? null
            : _works.Records.Seal(owed.Id, owed.Lane, owed.CreatedAt, owed.Progress, owed.Body is DataReported);
        _ledger.Add(new StoreChange.MoveDelivery(owed.Id, owed.State, owed.Attempts, owed.NotBefore, progress), urgent);
    }

    private void RecordSpending()
    {
        if (_budget.Lasting)
        {
            _ledger.Add(_works.Records.Spending(_id, _budget.Day.ToString()), urgent: false);
        }
    }

    private void Step(Owed owed, string what)
    {
        var steps = owed.Progress.Steps.Append(new DeliveryStep(Now, what));
        owed.Progress = owed.Progress with { Steps = EquatableArray.From(steps.TakeLast(MostSteps)) };
    }

    private static string Word(DeliveryState state) => state.ToString().ToLowerInvariant();

    private void CannotOpen(DeliveryRow row, string why)
    {
        var reason = $"it cannot be opened: {why}";
        var progress = new DeliveryProgress
        {
            Reason = reason,
            Cure = "restore the data folder from a backup, or drop it",
            Steps = EquatableArray.From([new DeliveryStep(Now, $"{Word(DeliveryState.Failed)}: {reason}")]),
        };
        byte[]? envelope = null;
        try
        {
            envelope = _works.Records.Seal(row.Id, row.Lane, row.CreatedAt, progress, data: false);
        }
        catch (StoreException)
        {
            // No key could be made for it: the state is recorded all the same, without its reason.
        }

        _ledger.Add(new StoreChange.MoveDelivery(row.Id, DeliveryState.Failed, row.Attempts, null, envelope), urgent: false);
        _works.Telemetry.CannotOpen(why);
        _works.Telemetry.DeliveryMoved(_id, row.Id, row.Event, DeliveryState.Failed, reason);
    }
}
