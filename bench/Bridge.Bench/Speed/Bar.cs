using System.Globalization;

namespace Bridge.Bench.Speed;

/// <summary>One figure and what is asked of it.</summary>
internal sealed record Bar(string Name, double Figure, double AtLeast = double.MinValue, double AtMost = double.MaxValue)
{
    public bool IsHeld => Figure >= AtLeast && Figure <= AtMost;

    /// <summary>Prints each; gives how many are missed.</summary>
    public static int Judge(IEnumerable<Bar> bars)
    {
        var missed = 0;
        foreach (var bar in bars)
        {
            var asked = bar.AtMost == double.MaxValue ? $"at least {bar.AtLeast:0.0#}" : $"at most {bar.AtMost:0.0#}";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bar.Name,-40} {bar.Figure,9:0.00}  {asked,-14} {(bar.IsHeld ? "held" : "MISSED")}"));
            missed += bar.IsHeld ? 0 : 1;
        }

        return missed;
    }
}
