using System.Text;

namespace Bridge.Core.Expressions.Evaluation;

/// <summary>A name that the scope knows: <c>payload</c>, <c>topic</c>, <c>now</c>.</summary>
internal sealed class RootNode(SourceSpan span, string name) : Node(span)
{
    private readonly bool _isNow = name == "now";

    public string Name => name;

    protected override Value Compute(ref Frame frame) => _isNow ? Value.Of(frame.Scope.Now) : frame.Scope.Root(name);
}

/// <summary>A step into a value that may not be there: null then, and said so once, at the first step that fails.</summary>
internal abstract class StepNode(SourceSpan span, params Node[] children) : Node(span, children)
{
    protected Value Missing(ref Frame frame, in Value target) =>
        target.IsNull && Children[0] is StepNode ? Value.Null : frame.Tracing ? Say(ref frame, target) : Value.Null;

    /// <summary>True when it was said of this operand that something of it is missing: then nothing more need be said of its being null.</summary>
    public static bool SaidOf(Node operand, in Frame frame)
    {
        for (var node = operand; node is not null; node = node.Children is [var first, ..] ? first : null)
        {
            if ((node is StepNode && frame.HasNoted($"missing: {node.Span.Text}"))
                || (node is RootNode { Name: "payload" } && frame.HasNoted(NotJson(frame.Scope.Root("payload")))))
            {
                return true;
            }
        }

        return false;
    }

    private Value Say(ref Frame frame, in Value target)
    {
        var isPayload = Children[0] is RootNode { Name: "payload" } && target.Kind == ValueKind.String;
        frame.Note(isPayload ? NotJson(target) : $"missing: {Span.Text}");
        return Value.Null;
    }

    // The same words for each step into it, so that it is said once.
    private static string NotJson(in Value payload) =>
        payload.Kind == ValueKind.String ? $"payload is not JSON (a string of {payload.Text.Length} characters)" : "";
}

/// <summary><c>a.b</c> and <c>a["b"]</c>.</summary>
internal sealed class MemberNode(SourceSpan span, Node target, string name) : StepNode(span, target)
{
    private readonly byte[] _utf8Name = Encoding.UTF8.GetBytes(name);

    /// <summary>The step of a source that names the member as written.</summary>
    public string Name => name;

    protected override Value Compute(ref Frame frame)
    {
        var value = Children[0].Evaluate(ref frame);
        return frame.Spend(value.Count / Limits.MembersPerStep) && value.TryMember(name, _utf8Name, out var member)
            ? member
            : Missing(ref frame, value);
    }
}

/// <summary><c>a[0]</c> and <c>a[expression]</c>.</summary>
internal sealed class IndexNode(SourceSpan span, Node target, Node index) : StepNode(span, target, index)
{
    protected override Value Compute(ref Frame frame)
    {
        var value = Children[0].Evaluate(ref frame);
        var at = Children[1].Evaluate(ref frame);
        if (!frame.Spend(value.Count / Limits.MembersPerStep))
        {
            return Value.Null;
        }

        return at.Kind switch
        {
            ValueKind.Number when TryWhole(at.Number, out var number) && value.TryItem(number, out var item) => item,
            ValueKind.String when value.TryMember(at.Text, out var member) => member,
            _ => Missing(ref frame, value),
        };
    }

    private static bool TryWhole(double number, out int whole)
    {
        whole = number is >= 0 and < int.MaxValue ? (int)number : -1;
        return whole == number;
    }
}

/// <summary><c>topic_tail(n)</c>: the levels of the topic from the n-th on, joined again.</summary>
internal sealed class TopicTailNode(SourceSpan span, Node from) : Node(span, from)
{
    protected override Value Compute(ref Frame frame)
    {
        var start = Children[0].Evaluate(ref frame);
        if (start.Number is not (>= 0 and < Limits.Items))
        {
            return frame.Note(this, "the number of a level is needed");
        }

        var levels = frame.Scope.Root("topic").Items(Limits.Items);
        var zone = frame.Zone;
        return start.Number < levels.Length
            ? Value.Of(string.Join('/', levels.Skip((int)start.Number).Select(level => level.ToText(zone))))
            : frame.Note(this, "missing");
    }
}

/// <summary><c>alert(id)</c>. Who reads the configuration refuses it until there are alerts: see <see cref="Expression.Uses"/>.</summary>
internal sealed class AlertOfNode(SourceSpan span, Node id) : Node(span, id)
{
    protected override Value Compute(ref Frame frame) => frame.Note(this, "not yet");
}
