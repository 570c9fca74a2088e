namespace Bridge.Bench.Load;

/// <summary>What else the machine does: a figure says little without it.</summary>
internal static class MachineLoad
{
    /// <summary>The load average of the last minute, the benchmark's own included.</summary>
    public static string Now => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
