using System.CommandLine;
using System.Text.Json;
using Bridge.Host.Admin;
using Bridge.Host.Health;

namespace Bridge.Host.Cli;

/// <summary><c>bridge health</c>: for container health checks and scripts.</summary>
internal static class HealthCommand
{
    /// <summary>Longer than a daemon takes that finds one of its parts hanging.</summary>
    private static readonly TimeSpan s_patience = HealthCheck.Patience * 2;

    public static Command Build()
    {
        var ready = new Option<bool>("--ready") { Description = "Fail also when an endpoint, the store or the key cannot do its work." };
        var command = new Command("health", "Ask whether the daemon lives, and what is not ready. Fails when it does not answer.") { ready };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var answer = await Common.DaemonOf(parsed).AskAsync("health", new Nothing(), s_patience, cancellationToken);
            var health = answer.Deserialize<HealthReport>(AdminProtocol.Json)!;
            output.Result(health, Print);
            return health.Alive && (health.Ready || !parsed.GetValue(ready)) ? ExitCode.Ok : ExitCode.Failed;
        });
    }

    private static void Print(Output screen, HealthReport health)
    {
        screen.Line($"{(health.Alive ? "alive" : "hanging")}, {(health.Ready ? "ready" : "not ready")}: {health.Doing}");
        foreach (var problem in health.Problems)
        {
            screen.Line($"  {problem.Part}: {problem.Why}{(problem.Since is { } since ? $" (since {Words.Time(since)})" : "")}");
        }
    }
}
