using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Expressions;
using Bridge.Host.Configuration.Yaml;

namespace Bridge.Host.Configuration.Binding;

/// <summary>Checks the addresses that routes name against the endpoints that exist. Messages name the endpoint only: the rest is personal.</summary>
internal sealed class AddressBinder(IReadOnlyDictionary<string, KnownEndpoint> endpoints, Report report)
{
    /// <summary>One entry of <c>from</c>; null when it was reported.</summary>
    public BoundPattern? Pattern(ScalarNode node)
    {
        if (node.IsUnresolved || Split(node, node.Value) is not { } address || Find(node, address.Endpoint) is not { } endpoint)
        {
            return null;
        }

        var malformed = PatternMath.Problem(address.Rest, endpoint.Style);
        var problem = malformed ?? endpoint.Description?.CheckPattern(address.Rest);
        if (endpoint.Description is not null && problem is not null)
        {
            report.Add(
                DiagnosticKinds.BadPattern, node.Position, node.IsReference ? $"the value of {node.Shown} cannot match" : problem,
                malformed is null ? null : PatternMath.Cure(endpoint.Style));
            return null;
        }

        if (!address.Rest.AsSpan().ContainsAny("+#*") && !endpoint.Admits(address.Rest))
        {
            report.Add(
                DiagnosticKinds.Unreachable, node.Position, $"endpoint {Report.Quote(endpoint.Id.Value)} does not let this address in",
                "change 'allow' or 'deny' of the endpoint");
        }

        return new BoundPattern(new AddressPattern(endpoint.Id, address.Rest, endpoint.Style), endpoint, node);
    }

    /// <summary>The endpoint of one destination; null when something was reported.</summary>
    public KnownEndpoint? Destination(ScalarNode node, Template template)
    {
        if (node.IsUnresolved)
        {
            return null;
        }

        var literal = template.IsLiteral ? node.Value : template.LiteralPrefix;
        if (!template.IsLiteral && !literal.Contains(':'))
        {
            report.Add(DiagnosticKinds.NoLiteralPrefix, node.Position, "the endpoint of a templated destination must be literal");
            return null;
        }

        if (Split(node, template.IsLiteral ? literal : literal + "x") is not { } address || Find(node, address.Endpoint) is not { } endpoint)
        {
            return null;
        }

        return (template.IsLiteral ? Literal(node, endpoint, address.Rest) : Templated(node, endpoint, address.Rest[..^1])) ? endpoint : null;
    }

    /// <summary>One entry of a link's <c>between</c>; null when it was reported.</summary>
    public BoundSide? Side(ScalarNode node)
    {
        if (node.IsUnresolved || Split(node, node.Value) is not { } address || Find(node, address.Endpoint) is not { } endpoint)
        {
            return null;
        }

        if (endpoint.Style == AddressStyle.Plain && address.Rest.EndsWith('*'))
        {
            return new BoundSide(new LinkSide(endpoint.Id, address.Rest[..^1], IsPattern: true), endpoint, node);
        }

        if (endpoint.Style == AddressStyle.Levels && address.Rest.AsSpan().ContainsAny("+#*"))
        {
            report.Add(DiagnosticKinds.BadPattern, node.Position, "an address in a link has no wildcards here: write every level of it", "forward with a route instead");
            return null;
        }

        return Literal(node, endpoint, address.Rest) ? new BoundSide(new LinkSide(endpoint.Id, address.Rest, IsPattern: false), endpoint, node) : null;
    }

    /// <summary>One conversation, to be heard and spoken to; null when something was reported.</summary>
    public Address? Conversation(ScalarNode node)
    {
        if (node.IsUnresolved || Split(node, node.Value) is not { } address || Find(node, address.Endpoint) is not { } endpoint)
        {
            return null;
        }

        if (endpoint.Description is { SendersCanBeForged: true })
        {
            report.Add(DiagnosticKinds.ForgeableCommands, node.Position, $"anybody can write any sender on endpoint {Report.Quote(endpoint.Id.Value)}, and give commands in his name");
        }

        return Literal(node, endpoint, address.Rest) ? address : null;
    }

    /// <summary>An address of a person; null when it was reported.</summary>
    public Address? OfPerson(ScalarNode node) =>
        !node.IsUnresolved && Split(node, node.Value) is { } address && Find(node, address.Endpoint) is not null ? address : null;

    private bool Literal(ScalarNode node, KnownEndpoint endpoint, string rest)
    {
        if (endpoint.Description?.CheckDestination(rest) is { } problem)
        {
            var wildcard = endpoint.Style == AddressStyle.Levels && rest.AsSpan().ContainsAny('+', '#');
            report.Add(
                DiagnosticKinds.BadDestination, node.Position, node.IsReference ? $"the value of {node.Shown} cannot be sent to" : problem,
                wildcard ? "a destination has no wildcards: write every level of it" : null);
            return false;
        }

        if (endpoint.Description is not null && !endpoint.Admits(rest))
        {
            report.Add(DiagnosticKinds.NotAllowed, node.Position, $"endpoint {Report.Quote(endpoint.Id.Value)} does not allow this address");
            return false;
        }

        return true;
    }

    // A value in the middle of an address must not be able to choose the conversation freely.
    private bool Templated(ScalarNode node, KnownEndpoint endpoint, string prefix)
    {
        var literal = endpoint.Style == AddressStyle.Levels ? prefix.IndexOf('/') > 0 : prefix.Length > 0;
        if (!literal && endpoint.Description is not null)
        {
            report.Add(DiagnosticKinds.NoLiteralPrefix, node.Position, "a templated destination must begin literally: endpoint and first level or room mark");
        }

        return literal || endpoint.Description is null;
    }

    private Address? Split(ScalarNode node, string text)
    {
        if (Address.TryParse(text, out var address))
        {
            return address;
        }

        if (!text.Contains(':') && TextValues.TryName(text) && !endpoints.ContainsKey(text))
        {
            report.Add(
                DiagnosticKinds.NotYet, node.Position,
                "this is no address, and people and groups cannot stand here yet in this version", "write endpoint:rest");
        }
        else
        {
            report.Add(DiagnosticKinds.NotAnAddress, node.Position, "this is not an address");
        }

        return null;
    }

    private KnownEndpoint? Find(ScalarNode node, EndpointId id)
    {
        if (!endpoints.TryGetValue(id.Value, out var endpoint))
        {
            var shown = node.IsReference ? node.Shown : Report.Quote(id.Value);
            report.Add(
                DiagnosticKinds.UnknownEndpoint, node.Position, $"there is no endpoint {shown}",
                Suggestion.For(id.Value, endpoints.Keys)
                    ?? (endpoints.Count == 0 ? "define it under 'endpoints'" : "endpoints: " + string.Join(", ", endpoints.Keys)));
            return null;
        }

        if (!endpoint.Enabled)
        {
            report.Add(DiagnosticKinds.EndpointDisabled, node.Position, $"endpoint {Report.Quote(id.Value)} is disabled");
        }

        return endpoint;
    }
}

/// <summary>A pattern with what later checks need.</summary>
internal sealed record BoundPattern(AddressPattern Pattern, KnownEndpoint Endpoint, ScalarNode Node);
