namespace Bridge.Plugin.Sms.Kannel;

/// <summary>What Kannel's <c>/status.txt</c> says of its connections to SMS centres. Pure.</summary>
/// <param name="Online">How many of them are up.</param>
/// <param name="All">How many there are.</param>
internal readonly record struct StatusPage(int Online, int All)
{
    /// <summary>Null when it is no status page.</summary>
    public static StatusPage? TryRead(string text)
    {
        var begin = text.IndexOf("SMSC connections:", StringComparison.Ordinal);
        if (begin < 0)
        {
            return text.Contains("No SMSC connections", StringComparison.OrdinalIgnoreCase) ? new StatusPage(0, 0) : null;
        }

        var lines = text[begin..].Split('\n').Skip(1).TakeWhile(line => line.StartsWith(' ') || line.StartsWith('\t')).Where(line => line.Contains('(', StringComparison.Ordinal)).ToList();
        return new StatusPage(lines.Count(line => line.Contains("(online", StringComparison.Ordinal)), lines.Count);
    }
}
