using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec.Transfer;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>
/// Where a modem keeps what comes in. A message is deleted there when it is durable here, and not before; a full store would silently take
/// nothing more.
/// </summary>
/// <param name="modem">Whose store it is.</param>
/// <param name="arrivals">Where the messages go.</param>
/// <param name="memory">Which one it writes to, such as <c>ME</c> or <c>SM</c>; null when it does not say.</param>
/// <param name="drops">Counts what is deleted unread.</param>
internal sealed class ModemStore(AtConversation modem, ModemArrivals arrivals, string? memory, IDropCounter drops)
{
    private const int ReceivedAndRead = 1; // 0 and 1 are received, 2 and 3 were written here by somebody

    // A full store is twenty kilobytes, and the line may be a slow one.
    private static readonly TimeSpan s_listing = TimeSpan.FromMinutes(1);

    // Handed over, and not deleted: they must not be handed over a second time.
    private readonly HashSet<string> _undeleted = [];
    private readonly string? _memory = memory;
    private string? _open = memory;

    /// <summary>Takes everything that is in one of its memories.</summary>
    /// <param name="from">Null for the one it writes to.</param>
    /// <param name="cancellationToken">Given up.</param>
    public async Task SweepAsync(string? from, CancellationToken cancellationToken)
    {
        if (!await OpenAsync(from ?? _memory, cancellationToken))
        {
            return;
        }

        var reply = await modem.AskAsync("AT+CMGL=4", "+CMGL:", s_listing, cancellationToken);
        var found = reply.Lines
            .Where(line => line.Message is not null && line.Number(1) is >= 0 and <= ReceivedAndRead && line.Number(0) is not null)
            .Select(line => (Place: line.Number(0)!.Value, Hex: line.Message!, Message: arrivals.Read(line.Message!)))
            .OrderBy(each => (each.Message as Tpdu.Deliver)?.At ?? DateTimeOffset.MinValue).ThenBy(each => each.Place).ToList();
        foreach (var (place, hex, message) in found)
        {
            await TakeAsync(place, hex, message, cancellationToken);
        }

        await OpenAsync(_memory, cancellationToken);
    }

    /// <summary>Takes the one that was announced; where it is not, the announcement was wrong, and everything is looked through.</summary>
    public async Task TakeAsync(Unsolicited announced, CancellationToken cancellationToken)
    {
        var from = announced.Line.Fields[0];
        if (announced.Line.Number(1) is not { } place || !await OpenAsync(from, cancellationToken))
        {
            await SweepAsync(null, cancellationToken);
            return;
        }

        var reply = await modem.AskAsync($"AT+CMGR={place}", "+CMGR:", cancellationToken);
        if (reply.First?.Message is { } hex)
        {
            await TakeAsync(place, hex, arrivals.Read(hex), cancellationToken);
            await OpenAsync(_memory, cancellationToken);
        }
        else
        {
            await SweepAsync(from, cancellationToken);
        }
    }

    private async Task TakeAsync(int place, string hex, Tpdu? message, CancellationToken cancellationToken)
    {
        var name = $"{_open} {place} {hex}";
        if (message is not null && !_undeleted.Contains(name))
        {
            await arrivals.TakeAsync(message, $"{_open} {place}", hex, cancellationToken);
        }

        if ((await modem.AskAsync($"AT+CMGD={place}", null, cancellationToken)).IsOk)
        {
            _undeleted.Remove(name);
        }
        else if (_undeleted.Add(name))
        {
            drops.Dropped("the modem does not delete a message that was taken from it: its store will be full one day");
        }
    }

    /// <summary>False when it does not know that memory.</summary>
    private async Task<bool> OpenAsync(string? wanted, CancellationToken cancellationToken)
    {
        if (wanted is null || wanted == _open)
        {
            return true;
        }

        if (!(await modem.AskAsync($"AT+CPMS=\"{wanted}\"", "+CPMS:", cancellationToken)).IsOk)
        {
            return false;
        }

        _open = wanted;
        return true;
    }
}
