namespace Bridge.Core.Expressions;

/// <summary><c>==</c>: by content, never across kinds; costs one step per item compared.</summary>
internal static class Equality
{
    // Deeper than any JSON document is parsed and any expression nests.
    private const int MaxDepth = 128;

    public static bool Same(in Value left, in Value right)
    {
        var steps = int.MaxValue;
        return Same(left, right, ref steps, 0);
    }

    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    /// <param name="steps">What may be spent; below zero afterwards when it was not enough, and the answer is false.</param>
    /// <param name="depth">How deep inside lists and maps this is.</param>
    public static bool Same(in Value left, in Value right, ref int steps, int depth)
    {
        if (left.Kind != right.Kind || --steps < 0 || depth > MaxDepth)
        {
            return false;
        }

        return left.Kind switch
        {
            ValueKind.Null => true,
            ValueKind.Number => SameNumber(left, right),
            ValueKind.String => left.TextEquals(right),
            ValueKind.List => SameLists(left, right, ref steps, depth),
            ValueKind.Map => SameMaps(left, right, ref steps, depth),
            _ => left.Rank == right.Rank,
        };
    }

    private static bool SameNumber(in Value left, in Value right)
    {
        var (a, b) = (left.Number, right.Number);

        // Beyond that, doubles skip whole numbers: ids of that size are compared digit by digit.
        return a == b && (Math.Abs(a) < NumberText.Exact || !left.TryExact(out var exactA) || !right.TryExact(out var exactB) || exactA == exactB);
    }

    private static bool SameLists(in Value left, in Value right, ref int steps, int depth)
    {
        if (left.Count != right.Count || (steps -= left.Count) < 0)
        {
            return false;
        }

        var (a, b) = (left.Items(int.MaxValue), right.Items(int.MaxValue));
        for (var i = 0; i < a.Length; i++)
        {
            if (!Same(a[i], b[i], ref steps, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameMaps(in Value left, in Value right, ref int steps, int depth)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        foreach (var (name, value) in left.Members(int.MaxValue))
        {
            steps -= right.Count / Limits.MembersPerStep;
            if (!right.TryMember(name, out var other) || !Same(value, other, ref steps, depth + 1))
            {
                return false;
            }
        }

        return true;
    }
}
