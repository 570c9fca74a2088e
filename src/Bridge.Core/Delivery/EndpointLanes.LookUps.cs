using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

// What has to be looked up or asked before a delivery can be sent; its lane waits, the others go on.
internal sealed partial class EndpointLanes
{
    /// <summary>Runs <paramref name="work"/> away from the queue, and what it returns in the queue.</summary>
    private void Prepare(Lane lane, Owed owed, Func<Task<Action<Lane>>> work, Action? afterwards = null)
    {
        var was = owed.Phase;
        lane.LookingUp = true;
        owed.Phase = OwedPhase.Preparing;

        // Results that still wait for company would be missing in what is read.
        _ledger.WhenDurable(() =>
        {
            _works.Activity.Begin();
            _ = Task.Run(async () =>
            {
                Action<Lane> then;
                try
                {
                    then = await work();
                }
                catch (Exception failure)
                {
                    then = _ =>
                    {
                        owed.NotBefore = Now + s_lookAgain;
                        _works.Telemetry.LaneNotRead(_id, failure.GetType().Name);
                    };
                }

                _queue.Post(() =>
                {
                    lane.LookingUp = false;
                    owed.Phase = was;
                    _queue.Guard(() =>
                    {
                        afterwards?.Invoke();
                        then(lane);
                    });
                    Tend(lane);
                });
                _works.Activity.End();
            });
        });
    }

    private async Task<Action<Lane>> LookUpAsync(Owed owed)
    {
        owed.Arrival ??= await LaneReader.ArrivalAsync(_works, owed.Event);
        var references = Relations.Needed(owed) ? await _works.Relations.FindAsync(owed, _works.GaveUp) : new References(new Target.Unknown());
        return lane => Found(lane, owed, references);
    }

    private void Found(Lane lane, Owed owed, References references)
    {
        owed.Quote = references.Words;
        if (Relations.Is(owed.Body))
        {
            FoundTarget(lane, owed, references);
            return;
        }

        if (references.Target is Target.NotYet { IsAhead: true })
        {
            owed.NotBefore = Now + s_lookSoon; // an answer does not overtake the name of what it answers
            return;
        }

        owed.ReplyTo = references.Target is Target.Known { Ids.Count: > 0 } known ? known.Ids[0] : null;
        owed.Thread = references.Thread;
        owed.Resolved = true;
    }

    private void FoundTarget(Lane lane, Owed owed, References references)
    {
        var body = references.Instead ?? owed.Body;
        switch (references.Target)
        {
            case Target.NotYet:
                owed.NotBefore = Now + s_lookAgain;
                return;
            case Target.NotDelivered when body is not ReceiptReported:
                Finish(lane, owed, DeliveryState.Failed, "target not delivered");
                return;
            case Target.Known { Ids.Count: > 0 } known:
                owed.Rewritten = Relations.Retarget(body, body is ReceiptReported ? known.Ids[^1] : known.Ids[0]);
                owed.ReplyTo = known.Ids[0];
                owed.Parts = body is MessageDeleted && known.Ids.Count > 1 ? Deletes(owed, known.Ids) : null;
                break;
            default:
                if (body is ReceiptReported)
                {
                    Finish(lane, owed, DeliveryState.Cancelled, "what was read is not known there");
                    return;
                }

                // Without a name for its target at the destination it goes out on its own, as a text.
                owed.Rewritten = OnItsOwn(body);
                break;
        }

        owed.Earlier = references.Earlier;
        owed.Resolved = true;
    }

    /// <summary>A message that went out in several parts is taken back part by part, where the network can.</summary>
    private EquatableArray<BridgeEvent>? Deletes(Owed owed, EquatableArray<NativeId> ids)
    {
        var handle = _works.Endpoints.Find(_id);
        var can = handle is not null && CapabilitiesOf(handle, owed) is { } capabilities && capabilities.Sends.HasFlag(EventFeature.Delete);
        return can ? EquatableArray.From(ids.Select(id => (BridgeEvent)new MessageDeleted(id))) : null;
    }

    private static BridgeEvent OnItsOwn(BridgeEvent relation) => Fitter.Fit(relation, Fitter.TextOnly).Parts[0];

    /// <summary>The network is asked whether it has the part. When it cannot tell, the key decides for as long as its window is open.</summary>
    private async Task<Action<Lane>> AskNetworkAsync(Owed owed, EndpointHandle handle)
    {
        var answer = handle.FindSent is { } find ? await AskAsync(find, OutboundOf(owed)) : new SentAnswer(null);
        return lane =>
        {
            if (answer is null)
            {
                owed.NotBefore = Now + s_askAgain; // the network was not there to be asked; the delivery's own time limit ends this
            }
            else if (answer.Ids is not { } ids)
            {
                owed.Asked = true;
                if (!Outcomes.MayResend(owed.Resend!, owed.Progress.DoubtSince, Now))
                {
                    CannotTell(lane, owed);
                }
            }
            else if (ids.Count == 0)
            {
                owed.Progress = owed.Progress with { DoubtSince = null };
            }
            else
            {
                var key = OutboundOf(owed).Key;
                lane.SetOff(owed);
                lane.Alone = owed.Parts!.Value.Count > 1 ? owed : null; // nothing goes between its parts
                TakeUp(lane, owed, handle, key, new SendResult.Delivered(ids));
            }
        };
    }

    /// <param name="Ids">Null: the network cannot tell.</param>
    private sealed record SentAnswer(EquatableArray<NativeId>? Ids);

    /// <summary>Null when there was no answer.</summary>
    private async Task<SentAnswer?> AskAsync(IFindSent find, Outbound outbound)
    {
        try
        {
            return new SentAnswer(await find.FindSentAsync(outbound, _works.Sending).AsTask().WaitAsync(s_answerTimeout, _works.Clock, _works.Sending));
        }
        catch (Exception failure)
        {
            _works.Telemetry.EndpointMisbehaved(_id, "whether it sent a part", failure.GetType().Name);
            return null;
        }
    }

    private static readonly TimeSpan s_lookSoon = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_answerTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_askAgain = TimeSpan.FromSeconds(5);

    private void CannotTell(Lane lane, Owed owed)
    {
        if (owed.Content.RetryUncertain || owed.Progress.RetriedAt > owed.Progress.DoubtSince)
        {
            owed.Progress = owed.Progress with { DoubtSince = null }; // the rule, or a person who knew of the doubt, says so
            return;
        }

        Finish(lane, owed, DeliveryState.Uncertain, "it may have been sent, and the network cannot tell any more");
    }

    /// <summary>Edits and deletes that wait behind a message which nobody has yet. False when a delete took it back.</summary>
    private bool FoldInto(Lane lane, Owed owed)
    {
        if (!owed.Untouched || owed.Body is not MessagePosted posted || owed.Arrival?.Inbound is not { NativeId: { } native })
        {
            return true;
        }

        var later = lane.Items.Where(other => other.Phase == OwedPhase.Waiting && !other.Resolved && other.Content.Route == owed.Content.Route
            && other.Content.Source == owed.Content.Source && other.Body is MessageEdited or MessageDeleted
            && Relations.TargetOf(other.Body) == native).ToList();
        if (later.Exists(other => other.Body is MessageDeleted))
        {
            later.ForEach(other => Finish(lane, other, DeliveryState.Cancelled, "its message was deleted before it was handed over"));
            Finish(lane, owed, DeliveryState.Cancelled, "deleted before it was handed over");
            return false;
        }

        // Of equal revisions the last: not every network counts.
        if (later.Select(other => (MessageEdited)other.Body).OrderBy(edit => edit.Revision).LastOrDefault() is { } latest)
        {
            owed.Rewritten = posted.Edited(latest);
            owed.Progress = owed.Progress with { Revision = latest.Revision };
            owed.Folded = later;
            later.ForEach(lane.Remove);
        }

        return true;
    }
}
