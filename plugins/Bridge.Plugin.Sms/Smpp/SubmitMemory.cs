using Bridge.Plugin.Sms.Sending;

namespace Bridge.Plugin.Sms.Smpp;

/// <summary>What sending remembers from one session to the next.</summary>
internal sealed class SubmitMemory(DriverOptions driver, TimeProvider clock) : IDisposable
{
    public Throttle Throttle { get; } = new(clock);

    public FewTries Tries { get; } = new();

    /// <summary>The SMS centre refused a message for its priority: none is said any more.</summary>
    public volatile bool KnowsNoPriority;

    /// <summary>Places for messages that are on their way without an answer.</summary>
    public SemaphoreSlim Window { get; } = new((driver.Window ?? DriverDefaults.Window) * (driver.Binds ?? 1));

    public void Dispose() => Window.Dispose();
}

/// <summary>What holds where an option is not written.</summary>
internal static class DriverDefaults
{
    public const int Window = 10;
    public const int MostWindow = 1000;
    public const int MostBinds = 20;
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);
}
