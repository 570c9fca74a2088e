using Bridge.Core.Configuration;

namespace Bridge.Core.Routing;

/// <summary>Routes and links that are kept quiet for a while: they are asked, and say so, and owe nothing.</summary>
internal static class Silences
{
    // Whoever wants it longer takes the route out of the configuration.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(366);

    public static MemoryKey KeyOf(string rule) => new(rule, MemoryKinds.Silence, "");

    /// <summary>Until when a route or link is quiet; null when it is not.</summary>
    public static Silenced? Find(Draft draft, string rule) =>
        draft.Find<Silenced>(KeyOf(rule)) is { Forget: { } until } silenced && until > draft.Now ? silenced : null;

    /// <summary>Why it says nothing.</summary>
    public static string Because(Draft draft, Silenced silenced) => $"kept quiet by {silenced.By} until {Words.Of(silenced.Forget!.Value, draft.Now, draft.Zone)}";

    /// <summary>Something is due meanwhile. A wait begins anew with the next event; a line about what found the limit reached waits for the end.</summary>
    public static void Wake(Draft draft, MemoryKey key, Silenced silenced)
    {
        if (draft.Find<Bucket>(key) is { } bucket)
        {
            draft.Remember(key, bucket with { Due = silenced.Forget });
        }
        else
        {
            draft.Forget(key);
            draft.Say(key.Route, Verdict.Silenced, Because(draft, silenced));
        }
    }

    public static SteerAnswer Begin(Draft draft, Steer.Silence wish)
    {
        if (draft.Table.Find(wish.Id) is null && draft.Table.Links.Find(wish.Id) is null)
        {
            var known = draft.Table.Routes.Select(route => route.Id).Concat(draft.Table.Links.Links.Select(link => link.Id));
            return SteerAnswer.Unknown("there is no route or link of that name", Suggestion.For(wish.Id, known) ?? "bridge explain shows their names");
        }

        if (wish.For <= TimeSpan.Zero || wish.For > s_longest)
        {
            return SteerAnswer.Refused("a silence lasts longer than nothing and at most a year", "name a duration such as 2h or 3d");
        }

        draft.Remember(KeyOf(wish.Id), new Silenced(draft.Now, wish.By, draft.Now + wish.For));
        return new SteerAnswer(wish.Id, IsNew: true);
    }

    public static SteerAnswer End(Draft draft, Steer.EndSilence wish)
    {
        if (Find(draft, wish.Id) is null)
        {
            return SteerAnswer.Unknown("nothing of that name is silenced", "status shows what is");
        }

        draft.Forget(KeyOf(wish.Id));
        return new SteerAnswer(wish.Id, IsNew: true);
    }
}
