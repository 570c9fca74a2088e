using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Syntax;

internal enum TokenKind
{
    /// <summary>The end of the source, or the <c>}}</c> of a template.</summary>
    End,

    /// <summary>A name or a word operator.</summary>
    Word,

    /// <summary>A number, string or duration: <see cref="Token.Value"/>.</summary>
    Literal,

    /// <summary>An operator or bracket: <see cref="Token.Text"/>.</summary>
    Symbol,

    /// <summary>Nothing of the language; the lexer has said why.</summary>
    Bad,
}

internal readonly record struct Token(TokenKind Kind, SourceSpan Span, string Text, Value Value = default)
{
    public bool Is(string text) => Kind is TokenKind.Symbol or TokenKind.Word && Text == text;

    /// <summary>As a message names it.</summary>
    public string Named => Kind == TokenKind.End ? "the end" : $"'{Span.Text}'";
}
