using Bridge.Abstractions;
using Bridge.Core.Configuration;

namespace Bridge.Core.Commands;

/// <summary>Where commands are taken, and from whom.</summary>
public sealed class Management(AccessConfig access, People people)
{
    private readonly HashSet<Address> _conversations = [.. access.Management];

    /// <summary>Nowhere.</summary>
    public static Management None { get; } = new(AccessConfig.Nobody, People.Nobody);

    /// <summary>True for a management conversation: nothing said there is carried anywhere.</summary>
    public bool Has(Address address) => _conversations.Contains(address);

    /// <summary>One of the people; null for strangers.</summary>
    public PersonConfig? Who(EndpointId endpoint, Sender? sender) => people.Who(endpoint, sender);

    /// <summary>How far a sender may go; nowhere, unless he is one of the people, and they have a role.</summary>
    public AccessRight RightOf(EndpointId endpoint, Sender? sender) =>
        people.Who(endpoint, sender) is { } person ? access.Roles.GetValueOrDefault(person.Id) : AccessRight.None;
}
