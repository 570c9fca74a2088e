using System.Globalization;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Phone;

/// <summary>
/// Reads what came to the phone; only the phone itself shows that, no server. It lists messages by the time of the SMS centre, and one that waited
/// there for the phone turns up far behind: so now and then it is read back a week. Core drops what it knows already.
/// </summary>
internal sealed class PhoneInbox(EndpointContext context, PhoneClient client, Running running)
{
    private const int PageLength = 100;
    private const int MostPages = 100;
    private static readonly TimeSpan s_near = TimeSpan.FromHours(2);
    private static readonly TimeSpan s_far = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_farEvery = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> _seen = [];
    private DateTimeOffset _since;
    private long? _farAt;

    /// <summary>False once it is known that this gateway does not show it.</summary>
    public bool IsShown { get; private set; } = true;

    /// <summary>From the first start on.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken) =>
        _since = await HeardSince.LoadAsync(context, running.Inbox, cancellationToken);

    /// <summary>What is wrong; null for nothing. Throws <see cref="IOException"/> when the gateway is not there, or does not know us.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!IsShown)
        {
            return null;
        }

        var isFar = _farAt is not { } at || context.Clock.GetElapsedTime(at) >= s_farEvery;
        var began = context.Clock.GetTimestamp();
        var from = context.Clock.GetUtcNow() - (isFar ? s_far : s_near);
        var entries = new List<InboxEntry>();
        for (var page = 0; page < MostPages && entries.Count == page * PageLength; page++)
        {
            var (status, body) = await client.GetAsync(QueryOf(from > _since ? from : _since, page * PageLength), cancellationToken);
            if (status is 404 or 405 or 501)
            {
                IsShown = false; // a server, or an old version of the app
                return null;
            }

            if (status is 401 or 403)
            {
                throw new IOException(PhoneAnswer.FaultOf(status));
            }

            if (status != 200 || ForeignJson.TryRead(body, PhoneJson.Default.ListInboxEntry) is not { } read)
            {
                return "the phone does not show what came in";
            }

            entries.AddRange(read.OfType<InboxEntry>());
        }

        await TakeAsync(entries, cancellationToken);
        if (isFar)
        {
            _farAt = began;
            _seen.IntersectWith(entries.Select(NameOf));
        }

        return null;
    }

    private static string NameOf(InboxEntry entry) => $"{entry.Id}\n{entry.CreatedAt}";

    /// <summary>The end lies in the future, since the phone refuses one that lies before the beginning by its own clock.</summary>
    private string QueryOf(DateTimeOffset from, int offset) =>
        $"/inbox?type=SMS&from={Written(from)}&to={Written(context.Clock.GetUtcNow().AddDays(1))}&limit={PageLength}&offset={offset}";

    private static string Written(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The newest stand first in the list.</summary>
    private async Task TakeAsync(List<InboxEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in Enumerable.Reverse(entries).Where(entry => !_seen.Contains(NameOf(entry))))
        {
            if (PhoneArrival.Of(entry) is { NativeId: not null } message)
            {
                await running.Reception.TakeAsync(message, cancellationToken);
            }
            else
            {
                context.Drops.Dropped("a message in the phone's list without a sender, an id or a text");
            }

            _seen.Add(NameOf(entry));
        }
    }
}
