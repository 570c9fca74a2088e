using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

// One delivery's turn: looked up, fitted, paid for, planned, sent.
internal sealed partial class EndpointLanes
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(1);

    private Turn TryTurn(Lane lane, EndpointHandle handle)
    {
        try
        {
            return TakeTurn(lane, handle);
        }
        catch (Exception fault)
        {
            // Its own lane waits; the others have their turn.
            Fault(fault);
            return LookAgain(lane);
        }
    }

    private Turn LookAgain(Lane lane)
    {
        lane.PausedUntil = Now + s_lookAgain;
        _due.Set(lane, lane.PausedUntil);
        return Turn.Waits;
    }

    private Turn TakeTurn(Lane lane, EndpointHandle handle)
    {
        var now = Now;
        if (lane.Busy || lane.PausedUntil > now || lane.Next() is not { } owed || owed.NotBefore > now)
        {
            return Turn.Waits;
        }

        if (owed.Deadline <= now)
        {
            GiveUp(lane, owed);
            return Turn.Sent;
        }

        if (!AtPlace(lane, owed, handle))
        {
            return Turn.Waits;
        }

        if (NothingToSend(lane, owed))
        {
            return Turn.Sent;
        }

        if (CapabilitiesOf(handle, owed) is not { } capabilities)
        {
            return LookAgain(lane);
        }

        var repeats = owed.Phase == OwedPhase.Again;
        if (!repeats && IsWindowFull(lane, capabilities, handle))
        {
            return Turn.Waits;
        }

        if (Relations.Needed(owed) || (lane.Relations > 0 && owed.Arrival is null && !owed.Resolved))
        {
            LookUp(lane, owed);
            return Turn.Waits;
        }

        return Fit(lane, owed, capabilities) ? Pay(lane, owed, capabilities, handle) : Turn.Sent;
    }

    /// <summary>True when the delivery ended here: its portal was all that was wanted, or a later receipt says more.</summary>
    private bool NothingToSend(Lane lane, Owed owed)
    {
        if (owed.Body is ConversationChanged { Name: null })
        {
            Finish(lane, owed, DeliveryState.Delivered);
            return true;
        }

        if (owed.Body is ReceiptReported && IsOvertaken(lane, owed))
        {
            Finish(lane, owed, DeliveryState.Superseded, "a later one goes instead");
            return true;
        }

        return false;
    }

    /// <summary>Of several receipts of one person that wait, the last says it all.</summary>
    private static bool IsOvertaken(Lane lane, Owed owed) => lane.Items.Any(other =>
        other.Id > owed.Id && other.Phase == OwedPhase.Waiting && other.Body is ReceiptReported { Read: true }
        && other.Content.Source == owed.Content.Source && other.Content.Sender?.Value == owed.Content.Sender?.Value);

    private void LookUp(Lane lane, Owed owed)
    {
        // While a result is recorded, how the network names what this refers to may not be durable yet.
        if (!lane.IsRecording)
        {
            Prepare(lane, owed, () => LookUpAsync(owed));
        }
    }

    /// <summary>False when the delivery ended here: the address can carry nothing of it, or a delete has overtaken it.</summary>
    private bool Fit(Lane lane, Owed owed, EndpointCapabilities capabilities)
    {
        if (owed.Parts is not null)
        {
            return true;
        }

        // A network without answers gets a quoted line in the place of the name.
        owed.ReplyTo = capabilities.Sends.HasFlag(EventFeature.Reply) ? owed.ReplyTo : null;
        if (owed.Progress.Plan.Count > 0)
        {
            owed.Parts = owed.Progress.Plan;
            return true;
        }

        if (lane.Relations > 0 && !Relations.Is(owed.Body) && !FoldInto(lane, owed))
        {
            return false;
        }

        var fitted = Fitter.Fit(owed.Body, Narrowed(capabilities, owed.Content), PrefaceOf(owed));
        if (fitted.Parts.Count == 0)
        {
            Finish(lane, owed, fitted.Matters ? DeliveryState.Failed : DeliveryState.Cancelled, fitted.Why);
            return false;
        }

        owed.Parts = fitted.Parts;
        return true;
    }

    private static EndpointCapabilities Narrowed(EndpointCapabilities capabilities, DeliveryContent content) =>
        content.MaxMedia is { } most && most < capabilities.MaxAttachment ? capabilities with { MaxAttachment = most } : capabilities;

    /// <summary>A rule's own text speaks for itself; what people say keeps who said it, and to what.</summary>
    private static Preface PrefaceOf(Owed owed) => new(LabelOf(owed), owed.ReplyTo is null && owed.Content.Content is null ? owed.Quote : null);

    private static MessageText? LabelOf(Owed owed) => owed.Content.Label is { } label ? new MessageText(label) : null;

    private Turn Pay(Lane lane, Owed owed, EndpointCapabilities capabilities, EndpointHandle handle)
    {
        var isUnsafe = capabilities.Resend is ResendClass.Unsafe;
        var alone = isUnsafe || owed.Parts!.Value.Count > 1;
        if (alone && lane.OnTheirWay > (owed.Phase == OwedPhase.Again ? 1 : 0))
        {
            return Turn.Waits;
        }

        (owed.Resend, owed.MayEcho) = (capabilities.Resend, capabilities.MayEcho);
        Doubt(owed, MostOnTheirWay(capabilities, handle));
        if (!Outcomes.MayResend(capabilities.Resend, owed.Progress.DoubtSince, Now) || IsToBeAsked(owed, handle))
        {
            Prepare(lane, owed, () => AskNetworkAsync(owed, handle));
            return Turn.Waits;
        }

        if (IsUnwanted(lane, owed))
        {
            return Turn.Sent;
        }

        var outbound = OutboundOf(owed);
        var units = UnitsOf(outbound, handle);
        if (IsTooDear(lane, owed, units))
        {
            return Turn.Sent;
        }

        if (_budget.HoldFor(units, Now, _works.Zone()) is { } hold)
        {
            return HoldBack(owed, hold);
        }

        Spend(owed, units);
        _inFlight++;
        lane.SetOff(owed);
        lane.Alone = alone ? owed : null;
        if (isUnsafe || (owed.Progress.Plan.Count == 0 && (alone || owed.Progress.Revision > 0)))
        {
            CommitPlan(lane, owed, outbound, handle, isUnsafe);
            return Turn.Waits;
        }

        Send(lane, owed, outbound, handle);
        return Turn.Sent;
    }

    /// <summary>Keyed networks only: what stood first in its lane at start may have been sent before the process died, as early as it could have been.</summary>
    private static void Doubt(Owed owed, int mostOnTheirWay)
    {
        if (owed.Resend is ResendClass.Keyed && owed.Progress.DoubtSince is null && owed.RecoveredAs < mostOnTheirWay)
        {
            owed.Progress = owed.Progress with { DoubtSince = owed.NotBefore ?? owed.CreatedAt };
        }

        owed.RecoveredAs = int.MaxValue;
    }

    /// <summary>A network that can tell is asked within the window too: what it remembers of keys, it forgets when it restarts.</summary>
    private static bool IsToBeAsked(Owed owed, EndpointHandle handle) =>
        owed is { Resend: ResendClass.Keyed, Progress.DoubtSince: not null, Asked: false } && handle.FindSent is not null;

    /// <summary>The plan is durable before its first part leaves; for Unsafe, <c>handing-over</c> is before each.</summary>
    private void CommitPlan(Lane lane, Owed owed, Outbound outbound, EndpointHandle handle, bool isUnsafe)
    {
        owed.State = isUnsafe ? DeliveryState.HandingOver : DeliveryState.Pending;
        owed.Progress = owed.Progress with { Plan = owed.Parts!.Value };
        if (isUnsafe)
        {
            ClaimReport(owed, outbound.Key, urgent: false);
        }

        RecordProgress(owed, urgent: true);
        _ledger.WhenDurable(() =>
        {
            if (_stopping)
            {
                // Not a byte has left: back to its place, for the next start.
                _inFlight--;
                SendAgain(lane, owed, new Next.Again("stopped before it was sent", null, Doubtful: false), connected: false);
                return;
            }

            Send(lane, owed, outbound, handle);
        });
    }

    private void Send(Lane lane, Owed owed, Outbound outbound, EndpointHandle handle)
    {
        owed.SentAt = Now;
        Leaves(owed, outbound.Content);
        ValueTask<SendResult> sending;
        try
        {
            sending = handle.SendAsync(outbound, _works.Sending);
        }
        catch (Exception failure)
        {
            sending = new(Outcomes.NoAnswer(failure));
        }

        if (sending.IsCompletedSuccessfully)
        {
            Answered(lane, owed, handle, outbound.Key, sending.Result);
            return;
        }

        _ = AwaitAsync(sending);

        async Task AwaitAsync(ValueTask<SendResult> sent)
        {
            SendResult result;
            try
            {
                result = await sent;
            }
            catch (Exception failure)
            {
                result = Outcomes.NoAnswer(failure);
            }

            _queue.Post(() => Answered(lane, owed, handle, outbound.Key, result));
        }
    }

    private Outbound OutboundOf(Owed owed) => new()
    {
        Key = _works.Records.Key(owed),
        Event = owed.Event,
        To = owed.To,
        Content = owed.Parts!.Value[owed.Part],
        Severity = owed.Content.Severity,
        Source = owed.Content.Source,
        Sender = owed.Content.Sender,
        OccurredAt = owed.Content.OccurredAt,
        Expires = owed.Expires,
        SenderHere = owed.Content.SenderHere,
        Label = LabelOf(owed),
        ReplyTo = owed.Part == 0 && owed.Parts.Value[0] is MessagePosted ? owed.ReplyTo : null,
        Thread = owed.Thread,
        Earlier = owed.Earlier,
        Hops = owed.Content.Hops,
        Options = owed.Content.Options,
    };
}
