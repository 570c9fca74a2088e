using Bridge.Core.Expressions.Evaluation;

namespace Bridge.Core.Expressions.Filters;

internal static class ListFilters
{
    public static Value Join(in FilterCall call, ref Frame frame)
    {
        if (!TryItems(call, ref frame, out var items))
        {
            return Value.Null;
        }

        var separator = call.First.ToText(frame.Zone);
        var buffer = new TextBuffer(stackalloc char[256]);
        for (var i = 0; i < items.Length && !buffer.Cut; i++)
        {
            buffer.Append(i == 0 ? "" : separator);
            items[i].AppendTo(ref buffer, frame.Zone);
        }

        return TextFilters.Finish(call, ref frame, ref buffer);
    }

    /// <summary>One member of each; null where it is missing.</summary>
    public static Value Map(in FilterCall call, ref Frame frame)
    {
        if (!TryItems(call, ref frame, out var items))
        {
            return Value.Null;
        }

        if (call.First.Kind != ValueKind.String)
        {
            return frame.Note(call.Node, "map needs the name of a member");
        }

        var name = call.First.Text;
        for (var i = 0; i < items.Length; i++)
        {
            var item = items[i];
            if (!frame.Spend(item.Count / Limits.MembersPerStep))
            {
                return Value.Null;
            }

            if (!item.TryMember(name, out items[i]) && frame.Tracing)
            {
                frame.Note(call.Node, $"missing: {name} of an item");
            }
        }

        return Value.List(items);
    }

    public static Value First(in FilterCall call, ref Frame frame) => At(call, ref frame, 0);

    public static Value Last(in FilterCall call, ref Frame frame) => At(call, ref frame, call.Input.Count - 1);

    public static Value Length(in FilterCall call, ref Frame frame)
    {
        if (call.Input.Kind is ValueKind.List or ValueKind.Map)
        {
            return Value.Of(call.Input.Count);
        }

        return TextFilters.TryText(call, ref frame, out var text) ? Value.Of(TextFilters.Runes(text)) : Value.Null;
    }

    /// <summary>Ascending; a list of mixed kinds, or of kinds without order, stays as it is.</summary>
    public static Value Sort(in FilterCall call, ref Frame frame)
    {
        if (!TryItems(call, ref frame, out var items) || items.Length == 0)
        {
            return items is null ? Value.Null : Value.List(items);
        }

        var kind = items[0].Kind;
        if (!Array.TrueForAll(items, item => item.Kind == kind))
        {
            frame.Note(call.Node, "items of different types have no order");
            return call.Input;
        }

        switch (kind)
        {
            case ValueKind.Number:
                return Value.List([.. items.OrderBy(item => item.Number)]);
            case ValueKind.String:
                return Value.List([.. items.OrderBy(item => item.Text, StringComparer.Ordinal)]);
            case ValueKind.List or ValueKind.Map:
                frame.Note(call.Node, $"{kind.WithArticle()} has no order");
                return call.Input;
            default:
                return Value.List([.. items.OrderBy(item => item.Rank)]);
        }
    }

    /// <summary>Each once, in the order of first appearance. Numbers are the same by value, lists and maps by their JSON text.</summary>
    public static Value Unique(in FilterCall call, ref Frame frame)
    {
        if (!TryItems(call, ref frame, out var items))
        {
            return Value.Null;
        }

        var (seen, kept) = (new HashSet<(ValueKind, double, string)>(), new List<Value>());
        foreach (var item in items)
        {
            var identity = item.Kind switch
            {
                ValueKind.Number => (item.Kind, item.Number, ""),
                ValueKind.List or ValueKind.Map => (item.Kind, 0, item.ToJson(frame.Zone)),
                _ => (item.Kind, 0, item.ToText(frame.Zone)),
            };
            if (!frame.SpendText(identity.Item3.Length))
            {
                return Value.Null;
            }

            if (seen.Add(identity))
            {
                kept.Add(item);
            }
        }

        return Value.List(kept);
    }

    public static Value Json(in FilterCall call, ref Frame frame)
    {
        var buffer = new TextBuffer(stackalloc char[256]);
        buffer.Append(call.Input.Kind is ValueKind.List or ValueKind.Map ? call.Input.ToJson(frame.Zone) : Quoted(call.Input, frame.Zone));
        return TextFilters.Finish(call, ref frame, ref buffer);
    }

    private static string Quoted(in Value value, TimeZoneInfo zone)
    {
        var list = Value.List([value]).ToJson(zone);
        return list[1..^1];
    }

    private static Value At(in FilterCall call, ref Frame frame, int index) =>
        call.Input.Kind != ValueKind.List ? frame.Note(call.Node, $"{call.Input.Kind.WithArticle()} where a list is needed")
        : call.Input.TryItem(index, out var item) ? item
        : frame.Note(call.Node, "an empty list");

    private static bool TryItems(in FilterCall call, ref Frame frame, out Value[] items)
    {
        items = [];
        if (call.Input.Kind != ValueKind.List)
        {
            frame.Note(call.Node, $"{call.Input.Kind.WithArticle()} where a list is needed");
            return false;
        }

        if (call.Input.Count > Limits.Items)
        {
            frame.Note(call.Node, $"only the first {Limits.Items} items are used");
        }

        items = call.Input.Items(Limits.Items);
        return frame.Spend(items.Length);
    }
}
