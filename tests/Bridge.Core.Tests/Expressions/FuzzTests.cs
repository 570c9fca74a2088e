using System.Text;
using System.Text.Json;
using Bridge.Core.Expressions;
using Xunit;

namespace Bridge.Core.Tests.Expressions;

/// <summary>Whatever the source and whatever the payload: no exception, no hang, bounded output.</summary>
public sealed class FuzzTests
{
    private static readonly string[] s_words =
    [
        "payload", ".", "x", "[", "]", "0", "(", ")", "{", "}", "{{", "}}", "\"", "'", "\\", "\\u", "and", "or", "not", "in", "==", "!=", "<", "?", "??",
        ":", "|", "replace", "split", "matches", "'(a+)+$'", "join", "map", "truncate", "time", "'%%%'", "duration", "5m", "1e308", "99999999999999999999d",
        ",", "-", "+", "*", "/", "%", "now", "topic", "topic_tail", "alert", "sort", "unique", "json", "round", " ", "\n", "\0", "\ud800", "👍", "{%", "critical",
    ];

    private static readonly TestScope[] s_scopes =
    [
        new(), new("not json"), new("[1, \"a\", null, {\"x\": [[[]]]}]"), new("""{ "x": "\ud800", "\udc00y": 1, "n": 1e999, "x": -0 }"""),
        new(new string('[', 60) + new string(']', 60)), new("\"" + new string('a', 70_000) + "\"", "a/+/#/\0"), new(""),
    ];

    [Fact]
    public void Random_words_neither_throw_nor_hang() => Fuzz(10_000, random =>
        string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => s_words[random.Next(s_words.Length)])));

    [Fact]
    public void Random_bytes_neither_throw_nor_hang() => Fuzz(5_000, random =>
    {
        var bytes = new byte[random.Next(60)];
        random.NextBytes(bytes);
        return random.Next(2) == 0 ? Encoding.UTF8.GetString(bytes) : Encoding.Unicode.GetString(bytes);
    });

    [Fact]
    public void Mutated_sources_neither_throw_nor_hang() => Fuzz(5_000, random =>
    {
        var source = new StringBuilder(RandomExpression.Make(random, random.Next(1, 6)).Print(all: false));
        for (var i = random.Next(4); i > 0 && source.Length > 0; i--)
        {
            var at = random.Next(source.Length);
            switch (random.Next(3))
            {
                case 0:
                    source.Remove(at, Math.Min(random.Next(1, 4), source.Length - at));
                    break;
                case 1:
                    source.Insert(at, s_words[random.Next(s_words.Length)]);
                    break;
                default:
                    source[at] = (char)random.Next(32, 127);
                    break;
            }
        }

        return source.ToString();
    });

    [Fact]
    public void Hostile_payloads_neither_throw_nor_hang()
    {
        var sources = new[]
        {
            "payload.x", "payload.y", "payload[\"\ud800\"]", "payload.x == \"a\"", "payload | json", "payload == payload", "\"a\" in payload", "payload.x | upper",
            "payload | length", "payload | map('x') | join(',')", "payload | sort | unique | first", "payload.x + payload.x", "payload.n * 2", "payload.n == payload.n",
        };
        var random = new Random(5);
        for (var i = 0; i < 1000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes("""{"x":"\ud83d\ude00\u0041é","y":{"x":[1,2.5e3,null]},"n":-12.50,"\u0078y":true}""");
            for (var m = random.Next(6); m > 0; m--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : "\\u\"d8{}[],:019ea"[random.Next(16)]);
            }

            var scope = new BytesScope(bytes);
            foreach (var source in sources)
            {
                var trace = new Trace();
                _ = Run.Parse(source).Evaluate(scope, trace).ToText(scope.Zone);
                Run.Parse(source).IsTrue(scope, trace);
            }
        }
    }

    private static void Fuzz(int times, Func<Random, string> make)
    {
        for (var seed = 0; seed < times; seed++)
        {
            var random = new Random(seed);
            var source = make(random);
            try
            {
                Exercise(source, s_scopes[seed % s_scopes.Length]);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.GetType().Name} for {JsonSerializer.Serialize(source)}", failure);
            }
        }
    }

    private static void Exercise(string source, TestScope scope)
    {
        var expression = Expression.Parse(source);
        Check(source, expression.Value is null, expression.Problems);
        var trace = new Trace();
        expression.Value?.IsTrue(scope, trace);
        Assert.True((expression.Value?.Evaluate(scope).ToText(scope.Zone).Length ?? 0) <= Limits.Output);
        Assert.True((trace.Falsified?.Length ?? 0) < 8000);

        var mixed = "a {{ " + source + " }} b";
        var template = Template.Parse(mixed);
        Check(mixed, template.Value is null, template.Problems);
        Assert.True((template.Value?.Render(scope, trace).Length ?? 0) <= Limits.Output);
        template.Value?.TryRenderAddress(scope, trace, out _, out _);
    }

    private static void Check(string source, bool refused, IReadOnlyList<SyntaxProblem> problems)
    {
        Assert.Equal(refused, problems.Count > 0);
        Assert.All(problems, problem => Assert.InRange(problem.Column, 1, source.Length + 1));
    }

    private sealed class BytesScope(byte[] payload) : Scope
    {
        private readonly Value _payload = Read(payload);

        public override DateTimeOffset Now => DateTimeOffset.UnixEpoch;

        public override TimeZoneInfo Zone => TimeZoneInfo.Utc;

        public override Value Root(string name) => name == "payload" ? _payload : Value.Null;

        private static Value Read(byte[] payload)
        {
            try
            {
                return Value.FromJson(JsonDocument.Parse(payload).RootElement);
            }
            catch (JsonException)
            {
                return Value.Of(Encoding.UTF8.GetString(payload));
            }
        }
    }
}
