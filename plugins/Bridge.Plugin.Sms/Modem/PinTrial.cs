using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>
/// Gives the SIM card its PIN. One that it refused is never tried again, also by another process: after the third time the card is locked. What is tried
/// is written down before, since its answer may not come.
/// </summary>
internal sealed class PinTrial(Secret? pin, IEndpointState state, IInbox inbox)
{
    private const string Tried = "pin/tried";

    // 3GPP 27.007 section 9.2.
    private const int PukRequired = 12;
    private const int IncorrectPassword = 16;

    /// <summary>Throws <see cref="IOException"/> when there is none, or it is wrong.</summary>
    public async Task TryAsync(AtConversation modem, CancellationToken cancellationToken)
    {
        if (pin is null)
        {
            throw new IOException("the SIM card wants its PIN: write it as driver.pin");
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(pin.Reveal()));
        if (await state.GetAsync(Tried, cancellationToken) is { } tried && tried.Span.SequenceEqual(hash))
        {
            throw new IOException(
                "the SIM card refused driver.pin before, and after three wrong ones it is locked: write the right one, or put the card into a phone");
        }

        await NoteAsync(hash);
        switch ((await modem.AskAsync($"AT+CPIN=\"{pin.Reveal()}\"", null, cancellationToken)).Error)
        {
            case null:
                await NoteAsync(null);
                break;
            case { Kind: AtErrorKind.Plain } or { Code: null or PukRequired or IncorrectPassword }:
                throw new IOException("the SIM card refuses driver.pin; it is not tried again until it is another one");
            case var error:
                await NoteAsync(null); // it did not even look at it
                throw new IOException($"the SIM card takes no PIN at the moment ({error})");
        }
    }

    /// <summary>The card is open: what was tried was right, or is not wanted any more.</summary>
    public async Task IsThroughAsync(CancellationToken cancellationToken)
    {
        if (await state.GetAsync(Tried, cancellationToken) is not null)
        {
            await NoteAsync(null);
        }
    }

    private ValueTask NoteAsync(ReadOnlyMemory<byte>? hash) => inbox.AcceptAsync(InboundBatch.Of(new StateChange(Tried, hash)));
}
