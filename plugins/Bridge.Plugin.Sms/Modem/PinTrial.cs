using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>
/// Gives the SIM card its PIN. One that it refused is never tried again, also by another process: after the third time the card is locked.
/// </summary>
internal sealed class PinTrial(Secret? pin, IEndpointState state, IInbox inbox)
{
    private const string Refused = "pin/refused";

    /// <summary>Throws <see cref="IOException"/> when there is none, or it is wrong.</summary>
    public async Task TryAsync(AtConversation modem, CancellationToken cancellationToken)
    {
        if (pin is null)
        {
            throw new IOException("the SIM card wants its PIN: write it as driver.pin");
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(pin.Reveal()));
        if (await state.GetAsync(Refused, cancellationToken) is { } refused && refused.Span.SequenceEqual(hash))
        {
            throw new IOException(
                "the SIM card refused driver.pin before, and after three wrong ones it is locked: write the right one, or put the card into a phone");
        }

        if (!(await modem.AskAsync($"AT+CPIN=\"{pin.Reveal()}\"", null, cancellationToken)).IsOk)
        {
            await inbox.AcceptAsync(InboundBatch.Of(new StateChange(Refused, hash)));
            throw new IOException("the SIM card refuses driver.pin; it is not tried again until it is another one");
        }
    }
}
