using System.Diagnostics;
using Bridge.Host.Tests.Architecture;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Packaging;

/// <summary>Programs of the machine and scripts of packaging/, run to their end.</summary>
internal static class Tool
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    public static string Packaging(string name) => Path.Combine(Repository.Root, "packaging", name);

    /// <summary>The test is skipped, and says so, where the machine lacks a program that <c>./test</c> would have installed.</summary>
    public static void Needs(string program, string package) => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed (Debian: {package})");

    public static async Task<Ran> RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(s_patience);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        return new Ran(process.ExitCode, await output, await error);
    }

    /// <summary>As <see cref="RunAsync"/>, and it must succeed; gives what it printed.</summary>
    public static async Task<string> DoAsync(string program, params IReadOnlyList<string> arguments)
    {
        var ran = await RunAsync(program, arguments);
        Assert.True(ran.ExitCode == 0, $"{program} ended with {ran.ExitCode}: {ran.Error}{ran.Output}");
        return ran.Output.Trim();
    }
}
