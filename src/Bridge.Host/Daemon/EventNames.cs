using System.Globalization;
using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Host.Admin;

namespace Bridge.Host.Daemon;

/// <summary>Finds the event that somebody means: its id, the beginning of it, or the number of one of its deliveries.</summary>
internal sealed class EventNames(IStore store)
{
    private const int Shortest = 8;
    private const int Longest = 32;
    private const int Shown = 5;

    public async Task<EventId> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (EventId.TryParse(text, out var whole))
        {
            return whole;
        }

        // An id begins with its time, and that with a zero for the next decades.
        if (!text.StartsWith('0') && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            var id = new DeliveryId(number);
            return await store.FindDeliveryAsync(id, cancellationToken) is { } row ? row.Event : throw StoredReports.NoDelivery(id);
        }

        var digits = text.Replace("-", "", StringComparison.Ordinal);
        if (digits.Length is < Shortest or > Longest || !digits.All(char.IsAsciiHexDigit))
        {
            throw new AdminException(
                AdminErrorCode.Usage, "that is no event id", $"give the id, its first {Shortest} characters or more, or the number of a delivery: bridge deliveries list --all");
        }

        return await BeginningWithAsync(digits, cancellationToken);
    }

    private async Task<EventId> BeginningWithAsync(string digits, CancellationToken cancellationToken)
    {
        var found = await store.EventsBetweenAsync(Filled(digits, '0'), Filled(digits, 'f'), Shown + 1, cancellationToken);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new AdminException(AdminErrorCode.NotFound, "no stored event has an id that begins so", "an event that no route concerned is counted, not stored"),
            _ => throw new AdminException(
                AdminErrorCode.Usage, "the ids of several events begin so", $"{string.Join(", ", found.Take(Shown))}{(found.Count > Shown ? ", ..." : "")}"),
        };
    }

    private static EventId Filled(string digits, char with) => new(Guid.ParseExact(digits.PadRight(Longest, with), "N"));
}
