using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Reads <c>people</c> and <c>groups</c>, which share their names with endpoints.</summary>
internal sealed class PeopleBinder(IReadOnlyDictionary<string, KnownEndpoint> endpoints, AddressBinder addresses, Report report)
{
    private readonly Dictionary<string, MappingEntry> _names = new(StringComparer.Ordinal);

    public KnownPeople Bind(YamlNode? people, YamlNode? groups)
    {
        var persons = new List<PersonConfig>();
        var owners = new Dictionary<Address, string>();
        foreach (var entry in EntriesOf(people, "people"))
        {
            if (Named(entry, "a person") && BindPerson(entry, owners) is { } person)
            {
                persons.Add(person);
            }
        }

        var known = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var person in persons)
        {
            known[person.Id] = [person.Id];
        }

        foreach (var entry in EntriesOf(groups, "groups"))
        {
            if (Named(entry, "a group"))
            {
                known[entry.Name] = [.. Members(entry, persons)];
            }
        }

        return new KnownPeople(new People(persons), known);
    }

    private IReadOnlyList<MappingEntry> EntriesOf(YamlNode? section, string name)
    {
        if (section is MappingNode map)
        {
            return map.Entries;
        }

        if (section is not null and not ScalarNode { IsNull: true })
        {
            report.Add(DiagnosticKinds.WrongShape, section.Position, $"'{name}' must be a map, not {Shape.Of(section)}");
        }

        return [];
    }

    private bool Named(MappingEntry entry, string what)
    {
        if (!TextValues.TryName(entry.Name))
        {
            report.Add(DiagnosticKinds.BadName, entry.Position, $"{Report.Quote(entry.Name)} cannot be the name of {what}");
            return false;
        }

        if (endpoints.ContainsKey(entry.Name) || !_names.TryAdd(entry.Name, entry))
        {
            report.Add(DiagnosticKinds.NameTaken, entry.Position, $"{Report.Quote(entry.Name)} is the name of something else already");
            return false;
        }

        return true;
    }

    private PersonConfig? BindPerson(MappingEntry entry, Dictionary<Address, string> owners)
    {
        if (entry.Value is not MappingNode node)
        {
            report.Add(DiagnosticKinds.WrongShape, entry.Value.Position, $"a person must be a map, not {Shape.Of(entry.Value)}");
            return null;
        }

        var map = new MapReader(node, $"person {Report.Quote(entry.Name)}", report);
        var written = map.TakeTexts("addresses");
        if (node.Find("addresses") is null)
        {
            map.Missing("addresses");
        }

        map.Finish(["quiet", "name", "timezone"]);
        var bound = new List<Address>();
        foreach (var text in written)
        {
            if (addresses.OfPerson(text) is not { } address)
            {
                continue;
            }

            if (!owners.TryAdd(People.Canonical(address), entry.Name))
            {
                report.Add(DiagnosticKinds.AddressTaken, text.Position, $"this address belongs to {Report.Quote(owners[People.Canonical(address)])} already");
                continue;
            }

            bound.Add(address);
        }

        return new PersonConfig(entry.Name, EquatableArray.From(bound));
    }

    private IEnumerable<string> Members(MappingEntry entry, List<PersonConfig> people)
    {
        var members = new MapReader(new MappingNode(entry.Position, [entry]), "groups", report).TakeTexts(entry.Name);
        foreach (var member in members.Where(member => !member.IsUnresolved))
        {
            if (people.Exists(person => person.Id == member.Value))
            {
                yield return member.Value;
                continue;
            }

            report.Add(
                DiagnosticKinds.UnknownPerson, member.Position, $"there is no person {member.Shown}",
                member.IsReference ? null : Suggestion.For(member.Value, people.Select(person => person.Id)));
        }
    }
}

/// <summary>Who may be named where people are meant.</summary>
/// <param name="People">Who is who.</param>
/// <param name="Members">Of every person and group: the people.</param>
internal sealed record KnownPeople(People People, IReadOnlyDictionary<string, IReadOnlyList<string>> Members)
{
    /// <summary>The people named by a key: persons and groups, one or many; each once.</summary>
    public IReadOnlyList<string> Take(MapReader map, string key)
    {
        var found = new List<string>();
        foreach (var name in map.TakeTexts(key).Where(name => !name.IsUnresolved))
        {
            if (Members.TryGetValue(name.Value, out var members))
            {
                found.AddRange(members);
                continue;
            }

            map.Report.Add(
                DiagnosticKinds.UnknownPerson, name.Position, $"there is no person or group {name.Shown}",
                name.IsReference ? null : Suggestion.For(name.Value, Members.Keys));
        }

        return [.. found.Distinct(StringComparer.Ordinal)];
    }
}
