using System.Globalization;
using System.Text;
using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Syntax;

/// <summary>Cuts a source into tokens, one at a time. Inside a template it ends at the <c>}}</c> that no map literal explains.</summary>
internal sealed class Lexer(string source, int start, bool inTemplate, Problems problems)
{
    private static readonly string[] s_symbols =
        ["==", "!=", "<=", ">=", "??", "<", ">", "+", "-", "*", "/", "%", "?", ":", "|", ",", "(", ")", "[", "]", "{", "}", "."];

    // Longer ones first.
    private static readonly (string Sign, string Cure)[] s_foreign =
    [
        ("!==", "write '!='"),
        ("===", "write '=='"),
        ("<>", "write '!='"),
        ("=<", "write '<='"),
        ("=>", "write '>='"),
        ("&&", "write 'and'"),
        ("||", "write 'or'"),
        ("!", "write 'not'"),
        ("=", "write '==' to compare"),
        ("&", "write 'and'"),
    ];

    private int _at = start;
    private int _braces;

    public Token Next()
    {
        while (_at < source.Length && char.IsWhiteSpace(source[_at]))
        {
            _at++;
        }

        if (_at >= source.Length || (inTemplate && _braces == 0 && source.AsSpan(_at).StartsWith("}}")))
        {
            return new Token(TokenKind.End, Span(_at), "");
        }

        var c = source[_at];
        return c is '"' or '\'' ? String(c)
            : char.IsAsciiDigit(c) ? Number()
            : char.IsLetter(c) || c == '_' ? Word()
            : Symbol();
    }

    private Token Word()
    {
        var begin = _at;
        while (_at < source.Length && IsWordPart(source[_at]))
        {
            _at++;
        }

        return new Token(TokenKind.Word, Span(begin), source[begin.._at]);
    }

    private Token Symbol()
    {
        var rest = source.AsSpan(_at);
        var isOurs = rest.StartsWith("!=") || rest.StartsWith("==");
        foreach (var (sign, cure) in s_foreign)
        {
            if (rest.StartsWith(sign) && (sign.Length > 1 || !isOurs))
            {
                return Bad(_at, $"'{sign}' is not an operator", cure);
            }
        }

        foreach (var symbol in s_symbols)
        {
            if (rest.StartsWith(symbol))
            {
                var begin = _at;
                _at += symbol.Length;
                _braces += symbol == "{" ? 1 : symbol == "}" ? -1 : 0;
                return new Token(TokenKind.Symbol, Span(begin), symbol);
            }
        }

        return char.IsControl(rest[0])
            ? Bad(_at, "a control character", "remove it; inside quotes write \\n or \\t")
            : Bad(_at, $"unexpected '{Shown(rest)}'", rest[0] == '°' ? "a number has no unit: write the number alone" : "put a text into quotes");
    }

    private Token Number()
    {
        var begin = _at;
        Digits();
        if (IsFraction())
        {
            _at++;
            Digits();
        }

        if (IsExponent())
        {
            _at += char.IsAsciiDigit(source[_at + 1]) ? 1 : 2;
            Digits();
        }

        if (_at < source.Length && IsWordPart(source[_at]))
        {
            return Duration(begin);
        }

        return NumberText.TryParse(source.AsSpan(begin.._at), out var number)
            ? new Token(TokenKind.Literal, Span(begin), "", NumberText.Exactly(source.AsSpan(begin.._at), number))
            : Bad(begin, "a number too large", "write at most 1e308");
    }

    private Token Duration(int begin)
    {
        while (_at < source.Length && (IsWordPart(source[_at]) || IsFraction()))
        {
            _at++;
        }

        return DurationText.TryParse(source.AsSpan(begin.._at), out var duration)
            ? new Token(TokenKind.Literal, Span(begin), "", Value.Of(duration))
            : Bad(begin, $"'{source[begin.._at]}' is neither a number nor a duration", $"durations are like 5m or 1h30m, with {DurationText.Units}");
    }

    private Token String(char quote)
    {
        var begin = _at++;
        var text = new StringBuilder();
        while (_at < source.Length && source[_at] != quote)
        {
            if (source[_at] != '\\')
            {
                text.Append(source[_at++]);
            }
            else if (!Escape(text))
            {
                return Bad(_at, "an unknown escape", "known are \\n \\t \\\\ \\\" \\' and \\u with four hexadecimal digits");
            }
        }

        if (_at >= source.Length)
        {
            return Bad(begin, "a string without an end", $"close it with {quote}");
        }

        _at++;
        return new Token(TokenKind.Literal, Span(begin), "", Value.Of(text.ToString()));
    }

    private bool Escape(StringBuilder text)
    {
        var code = _at + 1 < source.Length ? source[_at + 1] : '\0';
        if (code == 'u')
        {
            return UnicodeEscape(text);
        }

        var plain = code switch { 'n' => '\n', 't' => '\t', '\\' or '"' or '\'' => code, _ => '\0' };
        if (plain == '\0')
        {
            return false;
        }

        text.Append(plain);
        _at += 2;
        return true;
    }

    private bool UnicodeEscape(StringBuilder text)
    {
        if (_at + 6 > source.Length || !ushort.TryParse(source.AsSpan(_at + 2, 4), NumberStyles.AllowHexSpecifier, null, out var unit))
        {
            return false;
        }

        text.Append((char)unit);
        _at += 6;
        return true;
    }

    private void Digits()
    {
        while (_at < source.Length && char.IsAsciiDigit(source[_at]))
        {
            _at++;
        }
    }

    private bool IsFraction() => _at + 1 < source.Length && source[_at] == '.' && char.IsAsciiDigit(source[_at + 1]);

    private bool IsExponent()
    {
        var rest = source.AsSpan(_at);
        return rest.Length > 1 && rest[0] is 'e' or 'E'
            && (char.IsAsciiDigit(rest[1]) || (rest.Length > 2 && rest[1] is '+' or '-' && char.IsAsciiDigit(rest[2])));
    }

    private Token Bad(int at, string message, string? cure)
    {
        problems.Break(at, message, cure);
        _at = source.Length;
        return new Token(TokenKind.Bad, new SourceSpan(source, at, source.Length), "");
    }

    private SourceSpan Span(int begin) => new(source, begin, _at);

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static string Shown(ReadOnlySpan<char> rest) =>
        rest.Length > 1 && char.IsSurrogatePair(rest[0], rest[1]) ? rest[..2].ToString() : rest[..1].ToString();
}
