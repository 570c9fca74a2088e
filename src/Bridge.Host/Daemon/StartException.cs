namespace Bridge.Host.Daemon;

/// <summary>The daemon cannot start: names the thing and the place; the cure helps.</summary>
internal sealed class StartException(string message, string cure, bool busy = false) : Exception(message)
{
    public string Cure { get; } = cure;

    /// <summary>Another daemon has the data folder.</summary>
    public bool Busy { get; } = busy;
}
