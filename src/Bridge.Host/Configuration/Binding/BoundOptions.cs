using Bridge.Abstractions;

namespace Bridge.Host.Configuration.Binding;

/// <summary>What became of an endpoint's options.</summary>
/// <param name="Options">The record; null when something was reported.</param>
/// <param name="Readings">
/// The record for checking it further. Where something could not be read there are two: without it, and with a stand-in for it. What is wrong in both
/// is wrong whatever was meant. None when there is no record to be had.
/// </param>
/// <param name="Unread">The dotted paths that were reported.</param>
internal sealed record BoundOptions(object? Options, IReadOnlyList<object> Readings, IReadOnlyCollection<string> Unread)
{
    /// <summary>What the plugin finds wrong that does not follow from what was reported.</summary>
    public IEnumerable<OptionProblem> ProblemsOf(IPlugin plugin) => Readings.Count == 0 ? [] : Readings
        .Select(reading => plugin.Check(reading).ToList())
        .Aggregate((found, again) => [.. found.Where(again.Contains)])
        .Where(problem => !Unread.Any(path => IsAtOrBelow(problem.Option, path)));

    private static bool IsAtOrBelow(string option, string path) =>
        option.StartsWith(path, StringComparison.Ordinal) && (option.Length == path.Length || option[path.Length] is '.' or '[');
}
