using System.Buffers;
using System.Collections.Frozen;
using Bridge.Abstractions;

namespace Bridge.Core.Configuration;

/// <summary>One human with several addresses, the preferred first.</summary>
public sealed record PersonConfig(string Id, EquatableArray<Address> Addresses);

/// <summary>Who is who: the one table from addresses to people. Numbers are compared without their punctuation, e-mail addresses without case.</summary>
public sealed class People
{
    private static readonly SearchValues<char> s_inNumbers = SearchValues.Create("0123456789 -()./");
    private static readonly SearchValues<char> s_separators = SearchValues.Create(" -()./");
    private static readonly SearchValues<char> s_neverInMail = SearchValues.Create(" :!#");
    private readonly FrozenDictionary<Address, PersonConfig> _byAddress;
    private readonly FrozenDictionary<string, PersonConfig> _byId;

    public People(IReadOnlyList<PersonConfig> all)
    {
        All = all;
        _byId = all.ToFrozenDictionary(person => person.Id, StringComparer.Ordinal);
        _byAddress = all.SelectMany(person => person.Addresses.Select(address => (Address: Canonical(address), Person: person)))
            .DistinctBy(entry => entry.Address)
            .ToFrozenDictionary(entry => entry.Address, entry => entry.Person);
    }

    public static People Nobody { get; } = new([]);

    public IReadOnlyList<PersonConfig> All { get; }

    public PersonConfig? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Whose address it is; null when nobody's.</summary>
    public PersonConfig? At(Address address) => All.Count == 0 ? null : _byAddress.GetValueOrDefault(Canonical(address));

    /// <summary>Who a sender on an endpoint is; null when the configuration does not know.</summary>
    public PersonConfig? Who(EndpointId endpoint, Sender? sender) => sender is null ? null : At(new Address(endpoint, sender.Value));

    /// <summary>What a person is called on an endpoint; null when the configuration does not say.</summary>
    public static string? NameOn(PersonConfig person, EndpointId endpoint)
    {
        foreach (var address in person.Addresses)
        {
            if (address.Endpoint == endpoint)
            {
                return address.Rest;
            }
        }

        return null;
    }

    /// <summary>One spelling of what is written in many: E.164 for numbers, lower case for e-mail addresses. Anything else stays as it is.</summary>
    public static Address Canonical(Address address)
    {
        if (IsNumber(address.Rest))
        {
            return CanonicalNumber(address);
        }

        var rest = address.Rest;
        var isMail = rest.IndexOf('@', StringComparison.Ordinal) > 0 && !rest.AsSpan().ContainsAny(s_neverInMail);
        return isMail ? address with { Rest = rest.ToLowerInvariant() } : address;
    }

    /// <summary>The same of numbers alone: what else an address may be, the networks spell as they like.</summary>
    public static Address CanonicalNumber(Address address) => IsNumber(address.Rest) && address.Rest.AsSpan().ContainsAny(s_separators)
        ? address with { Rest = string.Concat(address.Rest.Where(mark => mark == '+' || char.IsAsciiDigit(mark))) }
        : address;

    private static bool IsNumber(string rest) => rest is ['+', _, ..] && rest.AsSpan(1).IndexOfAnyExcept(s_inNumbers) < 0;
}
