namespace Bridge.Storage.Checking;

/// <summary>What a check found.</summary>
/// <param name="Findings">Damage and what else is wrong; empty when all is well.</param>
/// <param name="Notices">What is worth knowing and no fault.</param>
/// <param name="Events">How many events are stored.</param>
/// <param name="Deliveries">How many deliveries are stored.</param>
/// <param name="Destroyed">How many envelopes nobody can open any more, because retention destroyed their keys.</param>
/// <param name="Opened">How many envelopes were opened; null: no key was at hand, so none was.</param>
public sealed record CheckReport(
    IReadOnlyList<Finding> Findings, IReadOnlyList<string> Notices, long Events, long Deliveries, long Destroyed, long? Opened = null);

/// <param name="Where">The file.</param>
/// <param name="What">What is wrong, and what it concerns. No content.</param>
/// <param name="Cure">What helps.</param>
public sealed record Finding(string Where, string What, string Cure)
{
    /// <summary>False: the content is whole, but others can get at it, or the daemon cannot.</summary>
    public bool IsDamage { get; init; } = true;
}

/// <summary>Where the pieces of a check leave what they find. Ends growing when there is too much to read: the count goes on.</summary>
internal sealed class Findings
{
    private const int Most = 1_000;
    private readonly List<Finding> _found = [];
    private long _more;

    public List<string> Notices { get; } = [];

    public void Add(string where, string what, string cure = Cures.Restore, bool isDamage = true)
    {
        if (_found.Count == Most)
        {
            _more++;
            return;
        }

        _found.Add(new Finding(where, what, cure) { IsDamage = isDamage });
    }

    public IReadOnlyList<Finding> All => _more == 0 ? _found : [.. _found, new Finding("", $"{_more} more findings", Cures.Restore)];
}

internal static class Cures
{
    public const string Restore = "restore a backup: bridge restore; look at the disk first, it may be failing";
    public const string Gone = "this content is gone from here; what depends on it is not sent. A backup may still have it";
    public const string Harmless = "content is untouched; if it bothers you, restore a backup";
}
