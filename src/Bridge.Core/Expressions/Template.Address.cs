using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions;

// A template as a destination: what a message brings along must not choose another address than the rule meant.
public sealed partial class Template
{
    private const string Unsafe = "+#/\0";

    /// <summary>
    /// The text as an address. False, with the reason, when a value is empty or holds <c>+ # /</c> or NUL; only <c>topic_str</c> and
    /// <c>topic_tail(n)</c> at the very end may hold <c>/</c>. The reason names the expression and holds nothing of the message.
    /// </summary>
    public bool TryRenderAddress(Scope scope, Trace? trace, out string address, out string reason)
    {
        (address, reason) = ("", "");
        var frame = new Frame(scope, trace);
        var buffer = new TextBuffer(stackalloc char[256]);
        for (var i = 0; i < _pieces.Length && reason.Length == 0; i++)
        {
            if (_pieces[i].Expression is not { } expression)
            {
                buffer.Append(_pieces[i].Text);
                continue;
            }

            var text = frame.Close(expression.Evaluate(ref frame)).ToText(scope.Zone);
            reason = Objection(expression, text, isLast: i == _pieces.Length - 1);
            buffer.Append(text);
        }

        reason = reason.Length == 0 && buffer.Cut ? "the address is too long" : reason;
        address = reason.Length == 0 ? buffer.ToString() : "";
        buffer.Dispose();
        return reason.Length == 0;
    }

    private static string Objection(Node expression, string text, bool isLast)
    {
        if (text.Length == 0)
        {
            return $"{{{{ {expression.Span.Text} }}}} is empty";
        }

        var mayHoldLevels = isLast && expression is TopicTailNode or RootNode { Name: "topic_str" };
        var found = text.AsSpan().IndexOfAny(Unsafe);
        while (mayHoldLevels && found >= 0 && text[found] == '/')
        {
            found = text.AsSpan(found + 1).IndexOfAny(Unsafe) is var next and >= 0 ? found + 1 + next : -1;
        }

        if (found < 0)
        {
            return "";
        }

        var name = text[found] == '\0' ? "NUL" : $"'{text[found]}'";
        return $"{{{{ {expression.Span.Text} }}}} holds {name}, which an address may not take from a message";
    }
}
