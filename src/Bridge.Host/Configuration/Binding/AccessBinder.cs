using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Reads <c>access</c>: management conversations, roles of people, tokens.</summary>
/// <param name="addresses">Checks the conversations.</param>
/// <param name="people">Who may have a role.</param>
internal sealed class AccessBinder(AddressBinder addresses, KnownPeople people, Report report)
{
    public static IReadOnlyDictionary<string, AccessRight> Roles { get; } =
        new Dictionary<string, AccessRight>(StringComparer.Ordinal) { ["admin"] = AccessRight.Admin, ["user"] = AccessRight.Operate };

    public static IReadOnlyDictionary<string, AccessRight> Rights { get; } = new Dictionary<string, AccessRight>(StringComparer.Ordinal)
    {
        ["read"] = AccessRight.Read,
        ["operate"] = AccessRight.Operate,
        ["admin"] = AccessRight.Admin,
    };

    public AccessConfig Bind(MapReader map, bool served)
    {
        var management = map.TakeTexts("management").Select(node => addresses.Conversation(node)).OfType<Address>().Distinct().ToList();
        var roles = map.TakeMap("roles") is { } given ? BindRoles(given) : [];
        var tokens = map.TakeMap("tokens") is { } shown ? BindTokens(shown) : [];
        map.Finish();
        WarnOfIdle(map, "roles", roles.Count > 0 && map.Map.Find("management") is null, "'roles' without 'management': there is no conversation to use them in");
        WarnOfIdle(map, "tokens", tokens.Count > 0 && !served, "'tokens' without 'http': there is no listener to show them to");
        return new AccessConfig { Management = EquatableArray.From(management), Roles = roles, Tokens = EquatableArray.From(tokens) };
    }

    private void WarnOfIdle(MapReader map, string key, bool idle, string message)
    {
        if (idle)
        {
            report.Add(DiagnosticKinds.IdleAccess, map.Map.Find(key)!.Position, message);
        }
    }

    /// <summary>Somebody in two roles has the greater one.</summary>
    private Dictionary<string, AccessRight> BindRoles(MapReader map)
    {
        var roles = new Dictionary<string, AccessRight>(StringComparer.Ordinal);
        foreach (var (role, right) in Roles)
        {
            foreach (var person in people.Take(map, role))
            {
                roles[person] = roles.TryGetValue(person, out var other) && other > right ? other : right;
            }
        }

        map.Finish();
        return roles;
    }

    private List<AccessToken> BindTokens(MapReader map)
    {
        var tokens = new List<AccessToken>();
        foreach (var entry in map.Map.Entries)
        {
            if (!TextValues.TryName(entry.Name))
            {
                report.Add(DiagnosticKinds.BadName, entry.Position, $"{Report.Quote(entry.Name)} is not a name");
            }

            if (map.TakeMap(entry.Name) is { } token && BindToken(token, entry.Name, tokens) is { } bound)
            {
                tokens.Add(bound);
            }
        }

        return tokens;
    }

    private AccessToken? BindToken(MapReader map, string name, List<AccessToken> others)
    {
        var node = map.TakeScalar("token");
        var secret = new TokenReader(report).Read(node, "token");
        var may = map.TakeTexts("may").Select(BindRight).ToList();
        map.Finish();
        foreach (var key in (string[])["token", "may"])
        {
            if (map.Map.Find(key) is null)
            {
                map.Missing(key);
            }
        }

        if (secret is not null && others.Find(other => other.Token.Reveal() == secret.Reveal()) is { } same)
        {
            report.Add(DiagnosticKinds.TokenTwice, node!.Position, $"this is the token of {Report.Quote(same.Name)} too: nobody could tell them apart");
        }

        return secret is null || may.Count == 0 ? null : new AccessToken(name, secret, may.Max());
    }

    private AccessRight BindRight(ScalarNode node)
    {
        if (Rights.TryGetValue(node.Value, out var right) || node.IsUnresolved)
        {
            return right;
        }

        report.Add(
            DiagnosticKinds.BadChoice, node.Position, $"{node.Shown} is not a possible value of 'may'",
            Suggestion.For(node.Written, Rights.Keys) ?? "possible: " + string.Join(", ", Rights.Keys));
        return AccessRight.None;
    }
}
