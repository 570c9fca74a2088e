using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Testing.Sms.Smpp;

/// <content>How a message passes, each way.</content>
internal sealed partial class SmscDouble
{
    /// <summary>False: it comes no further.</summary>
    public Func<SmsPassage, bool> OnPassage { get; set; } = _ => true;

    public IReadOnlyList<SmsPart> Parts => [.. All.Select(PartOf)];

    public async Task TakeAsync(SmscSession session, Pdu submit)
    {
        var message = (PduBody.Message)submit.Body;
        var part = PartOf(message);
        if (OnPassage(new(SmsMoment.Arriving, part)) && Take(message) is var id && OnPassage(new(SmsMoment.Taken, part)))
        {
            await session.SendAsync(submit.Answer(CommandStatus.Ok, new PduBody.MessageAnswer(id)));
            OnPassage(new(SmsMoment.Answered, part));
        }
    }

    private static SmsPart PartOf(PduBody.Message message)
    {
        var (header, content) = Split(message);
        return SmsPart.Of(header, message.DataCoding is 0x08 or 0x18 ? Utf16.Decode(content) : SmsPart.AlphabetOf(header).Decode(content));
    }

    private async Task<bool> IsAcknowledgedAsync(SmscSession session, PduBody.Message message)
    {
        var part = PartOf(message);
        return await session.AskAsync(CommandId.DeliverSm, message, () => OnPassage(new(SmsMoment.Brought, part))) == CommandStatus.Ok
            && OnPassage(new(SmsMoment.Acknowledged, part));
    }
}
