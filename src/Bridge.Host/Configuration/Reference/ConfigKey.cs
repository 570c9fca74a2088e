namespace Bridge.Host.Configuration.Reference;

/// <summary>One key of the configuration language: what the reference page and the JSON Schema say of it.</summary>
/// <param name="Name">As written in YAML.</param>
/// <param name="Type">What its value may be.</param>
/// <param name="Meaning">One or two sentences for people.</param>
internal sealed record ConfigKey(string Name, KeyType Type, string Meaning)
{
    /// <summary>What holds without it; null: nothing in particular.</summary>
    public string? Default { get; init; }

    /// <summary>A value as it stands in YAML; null: one that the type suggests.</summary>
    public string? Example { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>True for a section, which may stand there with everything in it commented out.</summary>
    public bool MayBeEmpty { get; init; }
}

/// <summary>What a value may be.</summary>
internal abstract record KeyType
{
    private KeyType()
    {
    }

    /// <summary>In words, as the reference shows it.</summary>
    public abstract string Words { get; }

    /// <summary>A value of the type as it stands in YAML; null when the type alone suggests none.</summary>
    public virtual string? Example => null;

    /// <summary>A single value of one of the <see cref="Scalars"/>.</summary>
    /// <param name="Name">Of its definition in the schema.</param>
    /// <param name="Word">For people.</param>
    /// <param name="Sample">A value.</param>
    /// <param name="Schema">JSON Schema of the values that are no reference.</param>
    public sealed record Scalar(string Name, string Word, string? Sample, string Schema) : KeyType
    {
        public override string Words => Word;

        public override string? Example => Sample;
    }

    /// <summary>One of a few words.</summary>
    public sealed record Choice(IReadOnlyList<string> Values) : KeyType
    {
        public override string Words => string.Join(", ", Values.Select(value => $"`{value}`"));

        public override string? Example => Values[^1];
    }

    /// <summary>A map of known keys.</summary>
    public sealed record Map(IReadOnlyList<ConfigKey> Keys) : KeyType
    {
        public override string Words => "map";
    }

    /// <summary>A map from names that the user chooses.</summary>
    public sealed record MapOf(string Name, KeyType Element) : KeyType
    {
        public override string Words => $"map of {Name} to {Element.Words}";
    }

    public sealed record ListOf(KeyType Element) : KeyType
    {
        public override string Words => $"list of {Element.Words}";

        public override string? Example => Element.Example is { } one ? $"[{one}]" : null;
    }

    /// <summary>Any of several forms; the first is shown as the example.</summary>
    public sealed record OneOf(IReadOnlyList<KeyType> Forms) : KeyType
    {
        public override string Words =>
            Forms is [var one, ListOf list] && list.Element == one ? $"{one.Words}, or a list of them" : string.Join(" or ", Forms.Select(form => form.Words));

        public override string? Example => Forms[0].Example;
    }

    /// <summary>Whatever YAML can say.</summary>
    public sealed record Anything : KeyType
    {
        public override string Words => "any value";
    }
}
