using System.Text.Json;
using Bridge.Host.Admin;
using Bridge.Host.Daemon;
using Bridge.Host.Http;

namespace Bridge.Host.Health;

/// <summary>The pages for whoever restarts the process (<c>/healthz</c>) or sends it work (<c>/readyz</c>). Strangers get the one word.</summary>
internal sealed class HealthPages(DaemonState state)
{
    private const int Good = 200;
    private const int Bad = 503;

    /// <summary>200 while the process lives: what does the work answers. It says nothing of the networks.</summary>
    public async Task<Answer> HealthAsync(bool trusted, CancellationToken cancellationToken)
    {
        if (state.Running is not { } running)
        {
            return Of(Good, trusted, new HealthPage("alive", state.Doing, Product.Version));
        }

        var silent = await running.Liveness.SilentAsync(HealthCheck.Patience);
        var config = running.Config();
        var report = new HealthPage(
            silent is null ? "alive" : "hanging", silent ?? state.Doing, Product.Version, config.Generation, config.Hash, config.Refused, running.Parts.Sealer.DamagedKeys);
        return Of(silent is null ? Good : Bad, trusted, report);
    }

    /// <summary>200 when all that is configured can do its work; otherwise 503, and what cannot.</summary>
    public async Task<Answer> ReadinessAsync(bool trusted, CancellationToken cancellationToken)
    {
        IReadOnlyList<Problem> problems = state.Running is { } running
            ? await new Readiness(running).ProblemsAsync()
            : [new Problem("daemon", state.Doing)];
        return problems.Count == 0 ? Of(Good, trusted, new ReadinessPage("ready", [])) : Of(Bad, trusted, new ReadinessPage("not ready", problems));
    }

    private static Answer Of<T>(int status, bool trusted, T report)
        where T : IPage => Answer.Json(status, trusted ? JsonSerializer.Serialize(report, AdminProtocol.Json) : JsonSerializer.Serialize(new { status = report.Status }));

    private interface IPage
    {
        string Status { get; }
    }

    private sealed record HealthPage(
        string Status, string Doing, string Version, int? Generation = null, string? Configuration = null, string? ReloadRefused = null, int DamagedKeys = 0) : IPage;

    private sealed record ReadinessPage(string Status, IReadOnlyList<Problem> Problems) : IPage;
}
