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

    private readonly UnderWay _underWay = new();
    private readonly ConcurrentDictionary<Task<Reply>, Task> _late = [];

    /// <summary>Completes when what was sent is answered; what is late is waited for once its answer came, and not before.</summary>
    public async Task UnderWayAsync()
    {
        await _underWay.AllAsync();
        await Task.WhenAll(_late.Where(late => late.Key.IsCompleted).Select(late => late.Value));
    }

    public async ValueTask<PartResult> SendAsync(OutgoingPart part, CancellationToken cancellationToken)
    {
        if (memory.Throttle.Left is var left && left > TimeSpan.Zero)
        {
            return new SendResult.Deferred(HasEnough, left);
        }

        return await EntersAsync(cancellationToken)
            ? await _underWay.DoAsync(() => SubmitAsync(part, cancellationToken))
            : new SendResult.Deferred("the SMS centre has not answered what was sent before");
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
        var hearing = HearAsync(asking, part, at);
        try
        {
            return await hearing.WaitAsync(s_patience, context.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            AwaitLate(asking, hearing, part);
            return new SendResult.Uncertain("the SMS centre did not answer in time");
        }
        catch (OperationCanceledException)
        {
            AwaitLate(asking, hearing, part);
            throw;
        }
    }

    /// <summary>Its place in the window is kept until then, however long it takes: what the SMS centre leaves unanswered is not to grow.</summary>
    private async Task<PartResult> HearAsync(Task<Reply> asking, OutgoingPart part, DateTimeOffset at)
    {
        var reply = await asking;
        memory.Window.Release();
        return reply switch
        {
            Reply.Answered { Pdu: var answer } => ResultOf(answer, part, at),
            Reply.Lost { MayHaveArrived: false } => new SendResult.Deferred("not connected"),
            _ => new SendResult.Uncertain("the connection ended before the SMS centre answered"),
        };
    }

    /// <summary>One number, one session: so its messages stay in order.</summary>
    private SmppSession SessionOf(string to) => sessions[(int)((uint)to.GetHashCode(StringComparison.Ordinal) % (uint)sessions.Count)];

    private void AwaitLate(Task<Reply> asking, Task<PartResult> hearing, OutgoingPart part)
    {
        var heard = _late[asking] = HearLateAsync(asking, hearing, part);
        _ = heard.ContinueWith(_ => _late.TryRemove(asking, out var _), TaskScheduler.Default);
    }

    /// <summary>A late answer settles what is uncertain: at once when it says no or no report follows, and otherwise by that report.</summary>
    private async Task HearLateAsync(Task<Reply> asking, Task<PartResult> hearing, OutgoingPart part)
    {
        var isTaken = (await hearing).Result is SendResult.Accepted;
        if (await asking is Reply.Answered { Pdu.Status: var status } && !(isTaken && reports))
        {
            try
            {
                var why = isTaken ? null : $"the SMS centre answered late that it did not take it ({SubmitFault.Code(status)})";
                await desk.TakeAsync(new PartReport(part.Key, part.Number, part.Total, isTaken, why), CancellationToken.None);
            }
            catch (Exception)
            {
                context.Drops.Dropped("a late answer that could not be stored: what it was about stays uncertain");
            }
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
