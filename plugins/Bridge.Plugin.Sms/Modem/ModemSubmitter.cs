using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec.Transfer;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>
/// Gives parts to the modem, and says what became of each. Of what the modem had and said nothing about, nobody knows: it is not sent again here.
/// </summary>
internal sealed class ModemSubmitter(
    EndpointContext context, bool reports, AtConversation modem, ModemWatch watch, ReportDesk desk, SentParts sent, FewTries tries)
{
    private const string AskOperator = "ask the operator of the SIM card whether it may send messages, and has credit";

    // Together with the parts before it in one message (Dispatch) less than the 30 seconds that the host gives a send.
    private static readonly HandoverPatience s_patience = new(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(12));
    private static readonly HandoverPatience s_first = s_patience with { ForAnswer = TimeSpan.FromSeconds(20) };

    private readonly UnderWay _underWay = new();

    // At most one is awaited: before the next message is handed over, its answer came or never will.
    private LateAnswer? _late;

    /// <summary>Completes when what was sent is answered; what is late is waited for once its answer came, and not before.</summary>
    public async Task UnderWayAsync()
    {
        await _underWay.AllAsync();
        if (_late is { Answer.IsCompleted: true } late)
        {
            await late.Heard;
        }
    }

    public async Task<PartResult> SendAsync(OutgoingPart part, CancellationToken cancellationToken) =>
        await _underWay.DoAsync(() => SubmitAsync(part, cancellationToken));

    private async Task<PartResult> SubmitAsync(OutgoingPart part, CancellationToken cancellationToken)
    {
        if (watch.Fault is not null && await FaultAsync(cancellationToken) is { } fault)
        {
            return new SendResult.Deferred(fault);
        }

        var (octets, length) = TpduEncoder.Encode(new Tpdu.Submit(null, TpAddress.Of(part.To), UserData.Of(part))
        {
            Scheme = CodingScheme.Of(part.Coding, part.IsFlash),
            AsksForReport = reports,
            Validity = part.Expires is { } end ? ValidityPeriod.Of(end - context.Clock.GetUtcNow()) : null,
        });
        switch (await modem.HandOverAsync(length, octets, part.Number == 1 ? s_first : s_patience, cancellationToken))
        {
            case Handover.Answered { Reply: var reply }:
                return ResultOf(reply, part);
            case Handover.Unknown unknown:
                _late = unknown.Late is { } late ? new LateAnswer(late, HearLateAsync(late, part)) : null;
                return new SendResult.Uncertain(unknown.Why);
            case Handover.NeverLeft never:
                return new SendResult.Deferred(never.Why);
            case var other:
                throw new InvalidOperationException($"not a handover: {other}");
        }
    }

    private async Task<string?> FaultAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await watch.LookAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            return "the modem does not answer";
        }
    }

    private PartResult ResultOf(AtReply reply, OutgoingPart part)
    {
        if (reply.Error is { } error)
        {
            return ModemFault.Of(error) switch
            {
                { Result: SendResult.Deferred deferred } when ModemFault.IsVague(error) && tries.AreOver(part) =>
                    PartResult.OfWay($"{deferred.Why}, {FewTries.Most} times", AskOperator),
                var result => result,
            };
        }

        tries.Forget(part);
        if (reports && reply.First?.Number(0) is { } reference)
        {
            sent.Put(ModemArrivals.NameOf(reference, part.To), part);
        }

        return new SendResult.Accepted();
    }

    /// <summary>A late answer settles what is uncertain: by the report that follows it, or at once where none does.</summary>
    private async Task HearLateAsync(Task<AtReply> answer, OutgoingPart part)
    {
        AtReply reply;
        try
        {
            reply = await answer;
        }
        catch (IOException)
        {
            return; // nothing came any more
        }

        if (ResultOf(reply, part).Result is SendResult.Uncertain || (reports && reply.IsOk))
        {
            return;
        }

        try
        {
            var why = reply.IsOk ? null : $"the modem said late that it did not send it ({reply.Error})";
            await desk.TakeAsync(new PartReport(part.Key, part.Number, part.Total, reply.IsOk, why), CancellationToken.None);
        }
        catch (Exception)
        {
            context.Drops.Dropped("a late answer that could not be stored: what it was about stays uncertain");
        }
    }

    private sealed record LateAnswer(Task<AtReply> Answer, Task Heard);
}
