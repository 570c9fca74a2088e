namespace Bridge.Host.Health;

/// <param name="Alive">What does the work answers.</param>
/// <param name="Ready">All that is configured can do its work.</param>
/// <param name="Doing">What it does, or what does not answer.</param>
internal sealed record HealthReport(bool Alive, bool Ready, string Doing, IReadOnlyList<Problem> Problems);

/// <summary>Life and readiness in one answer: for <c>bridge health</c>.</summary>
internal sealed class HealthCheck(DaemonState state)
{
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    public async Task<HealthReport> RunAsync()
    {
        if (state.Running is not { } running)
        {
            return new HealthReport(Alive: true, Ready: false, state.Doing, []);
        }

        if (await running.Liveness.SilentAsync(Patience) is { } silent)
        {
            return new HealthReport(Alive: false, Ready: false, silent, []);
        }

        var problems = await new Readiness(running).ProblemsAsync();
        return new HealthReport(Alive: true, problems.Count == 0, state.Doing, problems);
    }
}
