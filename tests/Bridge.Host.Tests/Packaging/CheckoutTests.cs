using System.Diagnostics;
using Bridge.Host.Tests.Architecture;
using Xunit;

namespace Bridge.Host.Tests.Packaging;

/// <summary><c>./bridge</c> in a checkout whose path holds a space.</summary>
public sealed class CheckoutTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bridge-checkouts-").FullName;

    [Fact]
    public async Task A_new_build_removes_old_ones_but_neither_what_a_process_runs_from_nor_what_is_not_its_own()
    {
        var checkout = Path.Combine(_folder, "my checkout");
        var run = Path.Combine(checkout, "artifacts/run");
        var builds = Enumerable.Range(1, 5).Select(at => Directory.CreateDirectory(Path.Combine(run, $"100000000{at}-{at}")).FullName).ToList();
        Directory.CreateDirectory(Path.Combine(checkout, "src"));
        var neighbour = Directory.CreateDirectory(Path.Combine(_folder, "my")).FullName;
        await Tool.DoAsync("cp", Path.Combine(Repository.Root, "bridge"), checkout);
        using var running = await RunFromAsync(builds[0]);
        try
        {
            var ran = await FakeSdk.RunAsync(_folder, Path.Combine(checkout, "bridge"), "status");
            Assert.Matches("^runs .*/my checkout/artifacts/run/[0-9]+-[0-9]+/Bridge.Host.dll status$", ran.Output.Trim());
        }
        finally
        {
            running.Kill();
            await running.WaitForExitAsync(CancellationToken.None);
        }

        Assert.Equal([true, false, false, true, true], builds.Select(Directory.Exists));
        Assert.True(Directory.Exists(neighbour));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A program of the machine, started from a copy: that file is mapped as a daemon's are.
    private static async Task<Process> RunFromAsync(string folder)
    {
        var program = Path.Combine(folder, "sleep");
        await Tool.DoAsync("sh", "-c", "cp \"$(command -v sleep)\" \"$0\"", program);
        return Process.Start(program, "600");
    }
}
