using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Smpp.Connection;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Smpp;

/// <summary>
/// Sends parts, some at a time, and says what became of each. Where no answer came nobody knows: SMPP drops no repeat, so nothing is sent again here.
/// </summary>
internal sealed class Submitter(
    WayOptions options, EndpointContext context, bool reports, SubmitMemory memory, ReportDesk desk, IReadOnlyList<SmppSession> sessions, SentParts sent)
{
    private const string HasEnough = "the SMS centre takes no more at the moment";

    // Together with the parts before it in one message (Dispatch) less than the 30 seconds that the host gives a send.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<Task, bool> _underWay = [];

    /// <summary>Completes when everything that is on its way now is answered, or too late.</summary>
    public Task UnderWayAsync() => Task.WhenAll(_underWay.Keys);

    public async ValueTask<PartResult> SendAsync(OutgoingPart part, CancellationToken cancellationToken)
    {
        if (memory.Throttle.Left is var left && left > TimeSpan.Zero)
        {
            return new SendResult.Deferred(HasEnough, left);
        }

        if (!await EntersAsync(cancellationToken))
        {
            return new SendResult.Deferred("the SMS centre has not answered what was sent before");
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _underWay[done.Task] = true;
        try
        {
            return await SubmitAsync(part, cancellationToken);
        }
        finally
        {
            _underWay.TryRemove(done.Task, out _);
            done.SetResult();
            memory.Window.Release();
        }
    }

    /// <summary>False when the window stayed full, or nobody wants it any more: nothing has left.</summary>
    private async Task<bool> EntersAsync(CancellationToken cancellationToken)
    {
        if (memory.Window.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            return true;
        }

        using var turn = new CancellationTokenSource(s_turn, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(turn.Token, cancellationToken);
        try
        {
            await memory.Window.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<PartResult> SubmitAsync(OutgoingPart part, CancellationToken cancellationToken)
    {
        var at = context.Clock.GetUtcNow();
        var priority = memory.KnowsNoPriority ? (byte)0 : Urgency.LevelOf(part, options.Driver);
        var asking = SessionOf(part.To).AskAsync(CommandId.SubmitSm, Submission.Of(part, options, reports, priority, at));
        try
        {
            return await asking.WaitAsync(s_patience, context.Clock, cancellationToken) switch
            {
                Reply.Answered { Pdu: var answer } => ResultOf(answer, part, at),
                Reply.Lost { MayHaveArrived: false } => new SendResult.Deferred("not connected"),
                _ => new SendResult.Uncertain("the connection ended before the SMS centre answered"),
            };
        }
        catch (TimeoutException)
        {
            _ = HearLateAsync(asking, part, at);
            return new SendResult.Uncertain("the SMS centre did not answer in time");
        }
        catch (OperationCanceledException)
        {
            _ = HearLateAsync(asking, part, at);
            throw;
        }
    }

    /// <summary>One number, one session: so its messages stay in order.</summary>
    private SmppSession SessionOf(string to) => sessions[(int)((uint)to.GetHashCode(StringComparison.Ordinal) % (uint)sessions.Count)];

    /// <summary>A late answer settles what is uncertain: at once when it says no, and otherwise by the report that follows it.</summary>
    private async Task HearLateAsync(Task<Reply> asking, OutgoingPart part, DateTimeOffset at)
    {
        if (await asking is not Reply.Answered { Pdu: var answer } || ResultOf(answer, part, at).Result is SendResult.Accepted)
        {
            return;
        }

        try
        {
            var why = $"the SMS centre answered late that it did not take it ({SubmitFault.Code(answer.Status)})";
            await desk.TakeAsync(new PartReport(part.Key, part.Number, part.Total, IsDelivered: false, why), CancellationToken.None);
        }
        catch (Exception)
        {
            context.Drops.Dropped("a late answer that could not be stored: what it was about stays uncertain");
        }
    }

    private PartResult ResultOf(Pdu answer, OutgoingPart part, DateTimeOffset at)
    {
        if (answer.Status == CommandStatus.Ok)
        {
            memory.Throttle.Took();
            memory.Tries.Forget(part);
            if (reports && answer.Body is PduBody.MessageAnswer { MessageId: { Length: > 0 } id })
            {
                sent.Put(MessageIds.Canonical(id), part);
            }

            return new SendResult.Accepted();
        }

        if (SubmitFault.IsBusy(answer.Status))
        {
            return new SendResult.Deferred(HasEnough, memory.Throttle.HasEnough(at));
        }

        if (answer.Status == CommandStatus.InvPrtFlg && !memory.KnowsNoPriority)
        {
            memory.KnowsNoPriority = true;
            return new SendResult.Deferred("the SMS centre does not take its priority: it goes without", TimeSpan.Zero);
        }

        return SubmitFault.Of(answer.Status) switch
        {
            { Result: SendResult.Deferred deferred } when answer.Status != CommandStatus.InvBndSts && memory.Tries.AreOver(part) =>
                PartResult.OfWay($"{deferred.Why}, {FewTries.Most} times", "ask your provider what that code means"),
            var result => result,
        };
    }
}
