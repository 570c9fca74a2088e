using Bridge.Host.Daemon;

namespace Bridge.Host.Health;

/// <summary>What the daemon is doing, for whoever asks from outside while it starts, runs and stops.</summary>
internal sealed class DaemonState
{
    private volatile Running? _running;
    private volatile string _doing = "starting";

    /// <summary>Null before the start is through and after stopping began: then <see cref="Doing"/> says what goes on.</summary>
    public Running? Running => _running;

    public string Doing => _doing;

    public void Begins(string what) => (_running, _doing) = (null, what);

    public void Runs(Running running) => (_running, _doing) = (running, "running");
}

/// <summary>What can be asked of a daemon that runs.</summary>
internal sealed record Running(RunningParts Parts, Func<RunningConfig> Config, Liveness Liveness);
