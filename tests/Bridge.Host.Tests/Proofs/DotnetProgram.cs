using System.Diagnostics;
using Bridge.Host.Tests.Architecture;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>A program run to its end in some folder.</summary>
internal static class DotnetProgram
{
    /// <summary><c>bridge</c> as it would be called in the checkout, with a data folder that nobody uses.</summary>
    public static async Task<Ran> BridgeAsync(params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("bridge-none-").FullName;
        var ran = await RunAsync(Repository.Root, [Path.Combine(Repository.HostFolder, "Bridge.Host.dll"), .. arguments, "--data", Path.Combine(folder, "data")]);
        Directory.Delete(folder); // fails when something is in it: a command that needs no daemon leaves nothing behind
        return ran;
    }

    public static async Task<Ran> RunAsync(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Ran(process.ExitCode, await output, await error);
    }
}
