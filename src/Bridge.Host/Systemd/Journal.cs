namespace Bridge.Host.Systemd;

/// <summary>Whether what is logged goes to the journal, which keeps time and priority itself.</summary>
internal sealed record Journal(bool Takes)
{
    /// <param name="stream">JOURNAL_STREAM: device and inode of the stream that the journal reads.</param>
    /// <param name="standardError">What stands behind this process's standard error, as /proc tells: <c>socket:[inode]</c>.</param>
    public static Journal Of(string? stream, string? standardError) =>
        new(stream?.Split(':') is [_, { Length: > 0 } inode] && standardError == $"socket:[{inode}]");

    public static Journal Find() => Of(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), StandardError());

    private static string? StandardError()
    {
        try
        {
            return File.ResolveLinkTarget("/proc/self/fd/2", returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
