using Bridge.Host.Tests.Architecture;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>A plugin by somebody who has the packages and not the repository.</summary>
public sealed class OutsidePluginTests(OutsidePluginBuild build) : IClassFixture<OutsidePluginBuild>, IDisposable
{
    private readonly Workspace _workspace = new("");

    [Fact]
    public void It_is_a_whole_plugin_in_less_than_80_lines_and_brings_no_contract_of_its_own()
    {
        Assert.InRange(File.ReadLines(Path.Combine(Repository.Root, "tests/OutsidePlugin/LinesPlugin.cs")).Count(), 1, 79);
        Assert.False(File.Exists(Path.Combine(build.Plugin, "Bridge.Abstractions.dll")));
    }

    [Fact]
    public async Task It_passes_the_conformance_kit()
    {
        var ran = await DotnetProgram.RunAsync(_workspace.Folder, build.Conformance, "-noColor");
        Assert.True(ran.ExitCode == 0, ran.Output + ran.Error);
        Assert.Matches(@"Total: (9|\d\d), Errors: 0, Failed: 0, Skipped: 0", ran.Output);
    }

    [Fact]
    public async Task Dropped_into_the_plugins_folder_it_delivers_and_hears()
    {
        OutsidePluginBuild.Drop(build.Plugin, _workspace, "lines");
        _workspace.Config = Config("lines");
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        await daemon.PublishAsync("notify", "a line");
        await File.WriteAllTextAsync(Path.Combine(Lines, "note"), "a file", TestContext.Current.CancellationToken);
        File.Move(Path.Combine(Lines, "note"), Path.Combine(Lines, "in", "note"));
        await daemon.Output.WaitForAsync("heard: a file");
        await Workspace.UntilAsync(async () => (await _workspace.DoAsync("deliveries", "list", "--state", "delivered")).Contains("files:alerts", StringComparison.Ordinal));
        Assert.Equal(["a line"], await File.ReadAllLinesAsync(Path.Combine(Lines, "alerts"), TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(Path.Combine(Lines, "in")));
    }

    [Fact]
    public async Task Compiled_for_another_contract_version_it_is_refused_with_a_reason_and_the_daemon_lives()
    {
        const string reason = "it was built for contract version 99, this Bridge speaks version 1 (install a newer version of Bridge)";
        OutsidePluginBuild.Drop(build.OfAnotherContract, _workspace, "lines");
        _workspace.Config = Config("lines");
        Assert.Contains(reason, await _workspace.DoAsync("plugins", "--json"), StringComparison.Ordinal);
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        Assert.Contains(daemon.Log.All, line => line.Contains($"Plugin lines is refused: {reason}", StringComparison.Ordinal));
        await daemon.PublishAsync("spoken", "alive");
        await daemon.Output.WaitForAsync("alive");
        Assert.Matches("files +lines +disabled", await _workspace.DoAsync("status"));
    }

    public void Dispose() => _workspace.Dispose();

    private string Lines => Path.Combine(_workspace.Folder, "lines");

    private string Config(string plugin) => Workspace.Endpoints + "\n  files: { plugin: " + plugin + ", folder: " + Lines + " }\n" + """
        routes:
          - id: write
            from: home:notify
            text: "{{ message.text }}"
            to: [files:alerts]
          - id: say
            from: home:spoken
            text: "{{ message.text }}"
            to: [console:me]
          - id: hear
            from: files:in
            text: "heard: {{ message.text }}"
            to: [console:me]
        """;
}
