using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Expressions;

namespace Bridge.Core.Routing;

/// <summary>Links that are made at run time. They live beside those of the configuration and never share an address with another link unsaid.</summary>
internal static class MadeLinks
{
    // No name of the configuration has a dot in it: the two cannot meet.
    private const string Prefix = "made.";
    private const int IdLength = 5;

    /// <summary>What is remembered of them, as links, oldest first.</summary>
    public static IEnumerable<LinkConfig> Of(RulesMemory memory) =>
        (from entry in memory.Entries
         let made = entry.Value as MadeLink
         where made is not null
         select LinkOf(entry.Key.Route, made)).OrderBy(link => link.Made!.Since).ThenBy(link => link.Id, StringComparer.Ordinal);

    public static SteerAnswer Make(Draft draft, Steer.Link wish)
    {
        var wanted = wish.Between.ToHashSet();
        if (wanted.Count < 2)
        {
            return SteerAnswer.Refused("a link is between two addresses or more", "name another address");
        }

        if (draft.Table.Links.Links.FirstOrDefault(link => link.Portal is null && wanted.SetEquals(link.Between.Select(side => side.Address))) is { } same)
        {
            return wish.Label is { } other ? SetLabel(draft, new Steer.SetLabel(same.Id, other) { By = wish.By }) : new SteerAnswer(same.Id, IsNew: false);
        }

        foreach (var address in wish.Between)
        {
            if (TakenBy(draft, address) is { } taken)
            {
                return taken;
            }
        }

        if (ProblemOf(wish.Label) is { } problem)
        {
            return problem;
        }

        var id = IdOf(draft, wanted);
        draft.Remember(KeyOf(id), new MadeLink(EquatableArray.From(wish.Between.Distinct()), wish.Label, draft.Now, wish.By));
        return new SteerAnswer(id, IsNew: true);
    }

    public static SteerAnswer End(Draft draft, Steer.Unlink wish)
    {
        if (Find(draft, wish.Id, "remove it from 'links' in the configuration, which takes effect at once", out _) is { } refusal)
        {
            return refusal;
        }

        draft.Forget(KeyOf(wish.Id));
        draft.Forget(Silences.KeyOf(wish.Id));
        return new SteerAnswer(wish.Id, IsNew: true);
    }

    public static SteerAnswer SetLabel(Draft draft, Steer.SetLabel wish)
    {
        const string Cure = "write 'relay: { label: ... }' at the link in the configuration, which takes effect at once";
        if ((Find(draft, wish.Id, Cure, out var made) ?? ProblemOf(wish.Label)) is { } refusal)
        {
            return refusal;
        }

        MessageText? label = wish.Label.Value.Length == 0 ? null : wish.Label;
        draft.Remember(KeyOf(wish.Id), made! with { Label = label });
        return new SteerAnswer(wish.Id, made.Label != label);
    }

    /// <summary>Those that share an address with a link of the configuration, which can come with a reload.</summary>
    public static IEnumerable<(string Made, string Other)> Shared(LinkTable links) =>
        (from link in links.Links
         where link.Made is not null
         from side in link.Between
         from match in links.Matching(side.Address)
         where match.Link.Config.Made is null && (match.Link.Config.Portal is null || match.Side == 1)
         select (link.Id, match.Link.Id)).Distinct();

    private static MemoryKey KeyOf(string id) => new(id, MemoryKinds.Link, "");

    private static LinkConfig LinkOf(string id, MadeLink made) => new()
    {
        Id = id,
        Position = new SourcePosition($"made at run time by {made.By}", 0, 0),
        Made = new MadeAtRunTime(made.Since, made.By),
        Between = EquatableArray.From(made.Between.Select(address => new LinkSide(address.Endpoint, address.Rest, IsPattern: false))),
        Label = made.Label is { } label ? Template.Parse(label.Value).Value : null,
    };

    /// <summary>Why it is not a link that was made at run time; null when it is.</summary>
    private static SteerAnswer? Find(Draft draft, string id, string cure, out MadeLink? made)
    {
        made = draft.Find<MadeLink>(KeyOf(id));
        return made is not null ? null
            : draft.Table.Links.Find(id) is not null ? SteerAnswer.Refused($"link {id} stands in the configuration, and is changed there", cure)
            : SteerAnswer.Unknown("there is no link of that name", Suggestion.For(id, draft.Table.Links.Links.Select(link => link.Id)) ?? "list the links to see their names");
    }

    /// <summary>Who else carries what is said there. Of two links with an address neither carries on what the other brings.</summary>
    private static SteerAnswer? TakenBy(Draft draft, Address address)
    {
        if (draft.Table.Management.Has(address))
        {
            return SteerAnswer.Refused($"{address.Full} is a management conversation: nothing said there is carried", "link another conversation");
        }

        foreach (var (link, side) in draft.Table.Links.Matching(address).Select(match => (match.Link, match.Side)))
        {
            if (link.Config.Portal is null)
            {
                return SteerAnswer.Refused(
                    $"{address.Full} is in link {link.Id} already",
                    link.Config.Made is null ? $"add the other addresses to {link.Id} in the configuration" : $"unlink {link.Id}, then link all the addresses together");
            }

            if (side == 1)
            {
                return SteerAnswer.Refused($"link {link.Id} makes a portal for {address.Full}", "start a portal there, and name the other conversation as the place where it is");
            }

            if (draft.PortalAt(address) is not null)
            {
                return SteerAnswer.Refused($"{address.Full} is a portal of link {link.Id}", "link another conversation");
            }
        }

        return null;
    }

    private static SteerAnswer? ProblemOf(MessageText? label) => label is { } text && Template.Parse(text.Value).Problems is [var first, ..]
        ? SteerAnswer.Refused($"the label cannot be read: column {first.Column}: {first.Message}", first.Cure ?? "write it like \"{{ sender.name }}: \"")
        : null;

    // Made of what it links: whoever links the same again means the same link.
    private static string IdOf(Draft draft, IEnumerable<Address> between)
    {
        var name = draft.Table.Links.NameFor(string.Join('\n', between.Select(address => address.Full).Order(StringComparer.Ordinal).Prepend(Prefix)));
        var length = IdLength;
        while (length < name.Length && draft.Find<MadeLink>(KeyOf(Prefix + name[..length])) is not null)
        {
            length++;
        }

        return Prefix + name[..length];
    }
}
