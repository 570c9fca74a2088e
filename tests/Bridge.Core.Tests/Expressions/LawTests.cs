using Bridge.Core.Expressions;
using Xunit;

namespace Bridge.Core.Tests.Expressions;

public sealed class LawTests
{
    private static readonly TestScope s_scope = new("""{ "n": 14.50, "s": "banana", "l": ["a", "b", "a"], "d": {"x": true}, "key": "k" }""");

    [Fact]
    public void Parentheses_that_precedence_makes_needless_change_nothing()
    {
        ForEach(3000, random =>
        {
            var tree = RandomExpression.Make(random, random.Next(1, 5));
            Assert.Equal(Evaluate(tree.Print(all: true)), Evaluate(tree.Print(all: false)));
        });
    }

    [Fact]
    public void Unequal_is_not_equal() => ForEach(1000, random =>
    {
        var (a, b) = Pair(random);
        Assert.Equal(Evaluate($"not (({a}) == ({b}))"), Evaluate($"({a}) != ({b})"));
        Assert.Equal(Evaluate($"({a}) == ({b})"), Evaluate($"({b}) == ({a})"));
        Assert.Equal(Value.Of(true), Evaluate($"({a}) == ({a})"));
    });

    [Fact]
    public void Of_two_orderings_at_most_one_holds_and_across_types_none() => ForEach(1000, random =>
    {
        var (a, b) = Pair(random);
        var holding = new[] { "<", "==", ">" }.Count(sign => Evaluate($"({a}) {sign} ({b})").IsTrue);
        Assert.InRange(holding, 0, 1);
        var (left, right) = (Evaluate(a).Kind, Evaluate(b).Kind);
        if (left != right)
        {
            Assert.Equal(0, holding);
        }

        if (left == right && left is ValueKind.Number or ValueKind.String or ValueKind.Duration or ValueKind.Time or ValueKind.Severity && left == right)
        {
            Assert.Equal(1, holding);
            Assert.Equal(Evaluate($"({a}) < ({b})"), Evaluate($"not (({a}) >= ({b}))"));
        }
    });

    [Fact]
    public void De_Morgan_holds_whatever_the_operands_are() => ForEach(500, random =>
    {
        var (a, b) = Pair(random);
        Assert.Equal(Evaluate($"not (({a}) and ({b}))"), Evaluate($"not ({a}) or not ({b})"));
        Assert.Equal(Evaluate($"not (({a}) or ({b}))"), Evaluate($"not ({a}) and not ({b})"));
    });

    [Fact]
    public void A_default_and_a_coalescing_are_the_same() => ForEach(500, random =>
    {
        var (a, b) = Pair(random);
        Assert.Equal(Evaluate($"({a}) ?? ({b})"), Evaluate($"({a}) | default({b})"));
    });

    [Fact]
    public void Tracing_changes_no_value_and_a_false_condition_is_always_explained() => ForEach(1000, random =>
    {
        var expression = Run.Parse(RandomExpression.Make(random, 4).Print(all: false));
        var trace = new Trace();
        Assert.Equal(expression.Evaluate(s_scope), expression.Evaluate(s_scope, new Trace()));
        Assert.Equal(expression.IsTrue(s_scope), expression.IsTrue(s_scope, trace));
        Assert.Equal(expression.IsTrue(s_scope), trace.Falsified is null);
        Assert.False(expression.IsTrue(s_scope) && !expression.Evaluate(s_scope).IsTrue);
    });

    [Fact]
    public void Equal_values_have_equal_hashes() => ForEach(500, random =>
    {
        var (a, b) = Pair(random);
        var (left, right) = (Evaluate(a), Evaluate(b));
        Assert.True(left != right || left.GetHashCode() == right.GetHashCode());
    });

    private static (string A, string B) Pair(Random random) =>
        (RandomExpression.Make(random, random.Next(3)).Print(all: false), RandomExpression.Make(random, random.Next(3)).Print(all: false));

    private static Value Evaluate(string source) => Run.Parse(source).Evaluate(s_scope);

    private static void ForEach(int times, Action<Random> check)
    {
        for (var seed = 0; seed < times; seed++)
        {
            try
            {
                check(new Random(seed));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}", failure);
            }
        }
    }
}
