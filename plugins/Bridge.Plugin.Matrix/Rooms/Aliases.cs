using System.Collections.Concurrent;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Rooms;

/// <summary>
/// The aliases that the configuration listens to. What happens in a room whose alias is not known yet would be heard under the room's id, which no
/// rule knows: so each is looked up at the start, and those that lead nowhere again whenever one may have come to be, and every minute.
/// </summary>
internal sealed class Aliases(Session session, RoomBook rooms)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10); // the start waits for it, and what the homeserver brings

    private readonly ConcurrentDictionary<string, DateTimeOffset> _notBefore = new(StringComparer.Ordinal); // of those that were put off
    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(Pause(), session.Context.Clock, stopping);
            await ResolveAsync(stopping);
        }
    }

    /// <summary>The bot came into a room, or a room says what it is called: what follows is heard under the right name.</summary>
    public async ValueTask HearAsync(RoomEvent happened, CancellationToken cancellationToken)
    {
        if (happened is { Type: "m.room.canonical_alias", StateKey: "" }
            || (happened.Type == "m.room.member" && happened.StateKey == session.Bot.UserId && happened.Content.TextOf("membership") == "join"))
        {
            await ResolveAsync(cancellationToken);
        }
    }

    /// <summary>Looks up what leads nowhere yet, all at once.</summary>
    public Task ResolveAsync(CancellationToken cancellationToken)
    {
        var now = session.Context.Clock.GetUtcNow();
        return Task.WhenAll(Missing.Where(alias => _notBefore.GetValueOrDefault(alias) <= now).Select(alias => TryAsync(alias, cancellationToken)));
    }

    private IEnumerable<string> Missing => session.Context.Interests.Where(rest => rest.StartsWith('#') && !rest.Contains('*') && !rooms.Knows(rest));

    private async Task TryAsync(string alias, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_patience, session.Context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        _notBefore.TryRemove(alias, out _);
        try
        {
            await rooms.RoomOfAsync(alias, either.Token);
        }
        catch (MatrixException failure) when (failure.IsLimit || failure.IsBadToken)
        {
            PutOff(alias, failure.RetryAfter);
        }
        catch (MatrixException failure) when (failure.IsOutage)
        {
            Unanswered(alias);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Unanswered(alias);
        }
        catch (MatrixException)
        {
            Report(alias, "an alias that the configuration listens to does not exist yet");
        }
    }

    /// <summary>The server of that alias is away; whether the homeserver is, its watch decides.</summary>
    private void Unanswered(string alias)
    {
        PutOff(alias, wanted: null);
        Report(alias, "an alias that the configuration listens to cannot be looked up: the homeserver has no answer from the alias's server");
    }

    private void PutOff(string alias, TimeSpan? wanted) => _notBefore[alias] = session.Context.Clock.GetUtcNow() + (wanted ?? s_interval);

    /// <summary>Once for each.</summary>
    private void Report(string alias, string words)
    {
        if (_reported.TryAdd(alias, true))
        {
            session.Context.Report(words);
        }
    }

    /// <summary>A minute, or as long as the homeserver wanted.</summary>
    private TimeSpan Pause()
    {
        var now = session.Context.Clock.GetUtcNow();
        var wanted = Missing.Where(_notBefore.ContainsKey).Select(alias => _notBefore.GetValueOrDefault(alias) - now).Append(s_interval).Min();
        return wanted > TimeSpan.Zero ? wanted : TimeSpan.Zero;
    }
}
