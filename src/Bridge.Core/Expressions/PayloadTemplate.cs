using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bridge.Core.Expressions;

/// <summary>
/// A YAML value whose string leaves are templates; rendered as JSON, a lone string as it stands. A leaf that is one expression and nothing
/// else keeps its type: <c>"{{ payload.battery }}"</c> is published as a number when it is one.
/// </summary>
public sealed class PayloadTemplate
{
    private readonly Leaf _root;

    private PayloadTemplate(Leaf root) => _root = root;

    /// <summary>What its expressions look at.</summary>
    public Roots Uses => _root.Uses;

    /// <summary>True for a lone string, which is published as it stands; false for JSON.</summary>
    public bool IsText => _root is Leaf.Text;

    /// <summary>
    /// Parses every string leaf; all problems at once, each with the JSON path of its leaf (<c>$.command</c>) so that the caller finds its
    /// position.
    /// </summary>
    public static Parsed<PayloadTemplate> Parse(JsonNode? node, out IReadOnlyList<(string Path, SyntaxProblem Problem)> problems)
    {
        var found = new List<(string Path, SyntaxProblem Problem)>();
        var root = Leaf.Of(node, found);
        problems = found;
        return new(found.Count > 0 ? null : new PayloadTemplate(root), [.. found.Select(f => f.Problem)]);
    }

    /// <summary>The bytes to publish, UTF-8; leaves that do not fit into 64 KB are null, with a note.</summary>
    public byte[] Render(Scope scope, Trace? trace = null)
    {
        if (_root is Leaf.Text text)
        {
            return Encoding.UTF8.GetBytes(text.Template.Render(scope, trace));
        }

        var bytes = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(bytes, Value.Readable))
        {
            _root.Write(writer, scope, trace);
        }

        return bytes.WrittenSpan.ToArray();
    }

    private abstract record Leaf
    {
        public virtual Roots Uses => Roots.None;

        public static Leaf Of(JsonNode? node, List<(string Path, SyntaxProblem Problem)> problems) => node switch
        {
            JsonObject map => new Map([.. map.Select(member => KeyValuePair.Create(member.Key, Of(member.Value, problems)))]),
            JsonArray list => new List([.. list.Select(item => Of(item, problems))]),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => OfText(value, problems),
            _ => new Plain(node?.ToJsonString() ?? "null"),
        };

        public abstract void Write(Utf8JsonWriter writer, Scope scope, Trace? trace);

        private static Leaf OfText(JsonValue value, List<(string Path, SyntaxProblem Problem)> problems)
        {
            var parsed = Template.Parse(value.GetValue<string>());
            problems.AddRange(parsed.Problems.Select(problem => (value.GetPath(), problem)));
            return parsed.Value is { } template ? new Text(template) : new Plain("null");
        }

        public sealed record Plain(string Json) : Leaf
        {
            public override void Write(Utf8JsonWriter writer, Scope scope, Trace? trace) => writer.WriteRawValue(Json);
        }

        public sealed record Text(Template Template) : Leaf
        {
            public override Roots Uses => Template.Uses;

            public override void Write(Utf8JsonWriter writer, Scope scope, Trace? trace)
            {
                var value = Template.RenderValue(scope, trace);
                var size = value.Kind is ValueKind.String ? value.Text.Length : value.ToJson(scope.Zone).Length;
                if (writer.BytesCommitted + writer.BytesPending + size > Limits.Output)
                {
                    trace?.Note($"cut at {Limits.Output} bytes: {Template.Source}");
                    value = Value.Null;
                }

                value.WriteJson(writer, scope.Zone);
            }
        }

        public sealed record Map(KeyValuePair<string, Leaf>[] Members) : Leaf
        {
            public override Roots Uses => Members.Aggregate(Roots.None, (uses, member) => uses | member.Value.Uses);

            public override void Write(Utf8JsonWriter writer, Scope scope, Trace? trace)
            {
                writer.WriteStartObject();
                foreach (var (name, leaf) in Members)
                {
                    writer.WritePropertyName(name);
                    leaf.Write(writer, scope, trace);
                }

                writer.WriteEndObject();
            }
        }

        public sealed record List(Leaf[] Items) : Leaf
        {
            public override Roots Uses => Items.Aggregate(Roots.None, (uses, item) => uses | item.Uses);

            public override void Write(Utf8JsonWriter writer, Scope scope, Trace? trace)
            {
                writer.WriteStartArray();
                foreach (var item in Items)
                {
                    item.Write(writer, scope, trace);
                }

                writer.WriteEndArray();
            }
        }
    }
}
