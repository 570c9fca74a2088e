using System.Diagnostics;
using Bridge.Host.Tests.Architecture;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>The crash proof of bench/, short: 15 kills and what belongs to them. <c>./test --long</c> runs 200 kills in each of its three modes.</summary>
[Collection(Alone)]
public sealed class CrashProofTests(ITestOutputHelper output)
{
    // Of the bench program: this system does not let it make what the mode needs.
    private const int NotPossible = 77;

    private const string Alone = "alone: it loads the machine";

    [Theory]
    [InlineData("steady", 5)]
    [InlineData("saturation", 5)]
    [InlineData("outage", 5)]
    [InlineData("term", 3)]
    [InlineData("disk", 4)]
    public Task Nothing_acknowledged_is_lost_when_the_daemon_is_killed(string mode, int kills) => ProveAsync(mode, kills);

    [Fact]
    public Task Nothing_that_the_embedded_broker_acknowledged_is_lost_when_the_daemon_is_killed() => ProveAsync("saturation", 3, "--embedded");

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("steady")]
    [InlineData("saturation")]
    [InlineData("outage")]
    public Task Nothing_acknowledged_is_lost_in_200_kills(string mode) => ProveAsync(mode, 200);

    /// <summary>The short version of <c>bench/run portals</c>.</summary>
    [Fact]
    public Task Each_portal_is_made_once_when_the_daemon_is_killed() => RunAsync("portals", "--portals", "60", "--kills", "3", "--grow-to", "0");

    [Fact]
    [Trait("Category", "Long")]
    public Task Each_of_a_thousand_portals_is_made_once_in_15_kills() => RunAsync("portals", "--grow-to", "0");

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class LoadsTheMachine;

    private Task ProveAsync(string mode, int kills, params string[] more) => RunAsync("crash", ["--mode", mode, "--kills", $"{kills}", .. more]);

    private async Task RunAsync(string proof, params string[] options)
    {
        var bench = Repository.HostFolder.Replace("Bridge.Host", "Bridge.Bench", StringComparison.Ordinal);
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(bench, "Bridge.Bench.dll"), proof, "--host", Path.Combine(Repository.HostFolder, "Bridge.Host.dll"),
            },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in options)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var complained = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        output.WriteLine(await said);
        Assert.SkipWhen(process.ExitCode == NotPossible, await said);
        Assert.True(process.ExitCode == 0, await said + await complained);
    }
}
