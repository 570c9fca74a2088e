using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Expressions;

namespace Bridge.Testing.Routing;

/// <summary>A link in the fewest words, as a user would write it; builds what the configuration reader would.</summary>
public sealed record Linked(string Id, params string[] Between)
{
    public string? When { get; init; }

    public string[] By { get; init; } = [];

    public PortalCreation Create { get; init; }

    public string[] Invite { get; init; } = [];

    /// <summary>What a portal is called.</summary>
    public string? Name { get; init; }

    public int Backfill { get; init; }

    /// <summary>Of fixed addresses.</summary>
    public int History { get; init; }

    public string? Label { get; init; }

    public DeletePolicy Deletes { get; init; }

    public bool Receipts { get; init; } = true;

    public bool IncludeBots { get; init; }

    public TimeSpan? Expiry { get; init; }

    public LinkConfig Build() => new()
    {
        Id = Id,
        Position = new SourcePosition("rules.yaml", 1, 1),
        Between = EquatableArray.From(Between.Select(SideOf)),
        When = When is null ? null : Expression.Parse(When).Value ?? throw new InvalidOperationException("no expression"),
        By = EquatableArray.From(By),
        Portal = Between[0].EndsWith('*')
            ? new PortalConfig { Create = Create, Invite = EquatableArray.From(Invite), Name = TemplateOf(Name), Backfill = Backfill }
            : null,
        Label = TemplateOf(Label),
        History = History,
        Deletes = Deletes,
        Receipts = Receipts,
        IncludeBots = IncludeBots,
        Expiry = Expiry,
    };

    private static LinkSide SideOf(string text) => Address.TryParse(text, out var address)
        ? new LinkSide(address.Endpoint, address.Rest.TrimEnd('*'), address.Rest.EndsWith('*'))
        : throw new ArgumentException("a side is endpoint:rest", nameof(text));

    private static Template? TemplateOf(string? source) =>
        source is null ? null : Template.Parse(source).Value ?? throw new ArgumentException("no template", nameof(source));
}
