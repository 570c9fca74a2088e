using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugin.Sms.Smpp;

/// <summary>Takes what the SMS centre brings: messages of people, and delivery reports. Done when it is durable, and not before.</summary>
/// <param name="running">Where it goes.</param>
/// <param name="sent">Whose reports they are.</param>
/// <param name="driver">What data_coding 0 means, and how ids are written.</param>
/// <param name="drops">Counts what says nothing.</param>
/// <param name="underWay">Completes when what is sent just now is answered.</param>
internal sealed class Arrivals(Running running, SentParts sent, DriverOptions driver, IDropCounter drops, Func<Task> underWay)
{
    public async Task<CommandStatus> TakeAsync(PduBody.Message message, CancellationToken cancellationToken)
    {
        if (Receipt.TryRead(message) is not { } receipt)
        {
            await running.Reception.TakeAsync(IncomingMessage.Read(message, driver.Alphabet ?? SmppAlphabet.Gsm), cancellationToken);
        }
        else if (receipt.State != MessageState.OnItsWay)
        {
            await ReportAsync(receipt, cancellationToken);
        }

        return CommandStatus.Ok;
    }

    private async Task ReportAsync(Receipt receipt, CancellationToken cancellationToken)
    {
        var answers = underWay();
        var names = MessageIds.OfReport(receipt.IdInField, receipt.IdInText, driver.MessageIds ?? SmppMessageIds.Same).ToList();
        var found = await sent.FindAsync(names, cancellationToken);
        if (found is null)
        {
            // A report may overtake the answer that names its message.
            await answers.WaitAsync(cancellationToken);
            found = await sent.FindAsync(names, cancellationToken);
        }

        if (found is not var (key, part))
        {
            drops.Dropped("a delivery report on a message that is not ours, or was reported on before (does driver.message_ids fit?)");
            return;
        }

        var isDelivered = receipt.State == MessageState.Delivered;
        var report = new PartReport(new DeliveryKey(part.Delivery), part.Number, part.Total, isDelivered, isDelivered ? null : receipt.Why);
        await running.Reports.TakeAsync(report, new StateChange(key, null), cancellationToken);
    }
}
