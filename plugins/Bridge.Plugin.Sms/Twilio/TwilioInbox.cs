using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Receiving;

namespace Bridge.Plugin.Sms.Twilio;

/// <summary>
/// Reads back what came in while nobody answered Twilio's calls: it tries for seconds alone. The first time a week, later what came since it was last
/// read and some hours before, whatever connections and runs there were meanwhile. Core drops what it knows already.
/// </summary>
internal sealed class TwilioInbox(EndpointContext context, TwilioClient client, TwilioMedia media, TwilioNumbers numbers)
{
    private const int MostPages = 100;
    private static readonly TimeSpan s_near = TimeSpan.FromHours(2);
    private static readonly TimeSpan s_far = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_longestHold = TimeSpan.FromMinutes(15);

    private readonly HashSet<string> _seen = [];
    private DateTimeOffset _since;
    private DateTimeOffset? _lastRead;
    private long? _heldSince;

    /// <summary>From the first start on.</summary>
    public async Task LoadAsync(IInbox inbox, CancellationToken cancellationToken) =>
        _since = await HeardSince.LoadAsync(context, inbox, cancellationToken);

    /// <summary>What is wrong; null for nothing.</summary>
    public async Task<string?> ReadAsync(Reception reception, CancellationToken cancellationToken)
    {
        var now = context.Clock.GetUtcNow();
        var listed = new List<ListedMessage>();
        var next = client.ListSince(BeginOf(now), numbers.Single);
        for (var page = 0; page < MostPages && next is not null; page++)
        {
            var answer = await client.GetAsync(next, cancellationToken);
            if (answer.Status == 429)
            {
                return null; // it is asked again
            }

            if (answer.Status != 200 || ForeignJson.TryRead(answer.Body, TwilioJson.Default.MessageList) is not { Messages: { } messages } list)
            {
                return "Twilio does not show what came in";
            }

            listed.AddRange(messages.OfType<ListedMessage>().Where(message => message.Direction == "inbound" && numbers.IsOurs(message)));
            next = list.NextPageUri is { Length: > 0 } path ? client.PageAt(path) : null;
        }

        await TakeAsync(listed, reception, cancellationToken);
        _lastRead = now;
        return null;
    }

    /// <summary>Also of a machine that slept since then, or whose clock was put back.</summary>
    private DateTimeOffset BeginOf(DateTimeOffset now)
    {
        var near = _lastRead is not { } last ? default : (last < now ? last : now) - s_near;
        return new[] { _since, now - s_far, near }.Max();
    }

    /// <summary>
    /// What Twilio does not show at the moment is waited for, with all that came later; but not for long, lest one message hold back the rest.
    /// </summary>
    private async Task<TwilioFiles> FilesOfAsync(ListedMessage message, CancellationToken cancellationToken)
    {
        if (message is not { NumMedia: not (null or "0"), Sid: { } sid })
        {
            return TwilioFiles.None;
        }

        try
        {
            var listed = await ListFilesAsync(sid, cancellationToken);
            _heldSince = null;
            return listed is null ? CountOf(message) : await media.BringAsync(listed, cancellationToken);
        }
        catch (GatewayException)
        {
            _heldSince ??= context.Clock.GetTimestamp();
            if (context.Clock.GetElapsedTime(_heldSince.Value) < s_longestHold)
            {
                throw;
            }

            context.Drops.Dropped("the files of a message, which Twilio did not show for a quarter of an hour");
            return CountOf(message);
        }
    }

    /// <summary>The list of messages only counts them: they have one of their own. Null when it is not to be had; throws when it may be.</summary>
    private async Task<IReadOnlyList<TwilioFile>?> ListFilesAsync(string sid, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(client.FilesOf(sid), cancellationToken);
        if (answer.Status is 429 or >= 500)
        {
            throw new GatewayException("Twilio does not show what is attached to a message", mayHaveArrived: false);
        }

        var listed = answer.Status == 200 ? ForeignJson.TryRead(answer.Body, TwilioJson.Default.MediaList)?.Files : null;
        return listed?.OfType<ListedFile>().Select(file => TwilioFile.Of(file.Uri is { } path ? client.LinkOf(path) : null, file.ContentType))
            .OfType<TwilioFile>().ToList();
    }

    private static TwilioFiles CountOf(ListedMessage message) => new([], [$"[{message.NumMedia} attached]"]);

    /// <summary>The newest stand first in the list.</summary>
    private async Task TakeAsync(List<ListedMessage> listed, Reception reception, CancellationToken cancellationToken)
    {
        foreach (var message in Enumerable.Reverse(listed).Where(message => message.Sid is { } id && !_seen.Contains(id)))
        {
            if (TwilioArrival.Of(message, await FilesOfAsync(message, cancellationToken)) is { } arrival)
            {
                await reception.TakeAsync(arrival, cancellationToken);
            }
            else
            {
                context.Drops.Dropped("a message in Twilio's list without a sender or an id");
            }

            _seen.Add(message.Sid!);
        }

        _seen.IntersectWith(listed.Select(message => message.Sid ?? ""));
        _heldSince = null;
    }
}
