using System.CommandLine;
using System.Text.Json;
using Bridge.Host.Cli;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

public sealed class CommandLineTests : IDisposable
{
    private readonly Workspace _workspace = new(Workspace.Leak);

    [Fact]
    public async Task Validate_says_what_is_wrong_where_and_what_helps()
    {
        Assert.Contains("valid, 2 endpoints, 2 routes", await _workspace.DoAsync("validate"), StringComparison.Ordinal);
        _workspace.Config = Workspace.Leak.Replace("until:", "untill:", StringComparison.Ordinal);
        Assert.StartsWith(
            "bridge: there is no option '--jsn', did you mean '--json'?", (await _workspace.RunAsync("validate", "bridge.yaml", "--jsn")).Error, StringComparison.Ordinal);
        var ran = await _workspace.RunAsync("validate");
        Assert.Equal(1, ran.ExitCode);
        Assert.Matches(@"bridge\.yaml:9:5 error BR\d{4}: .*untill.*until", ran.Error);

        using var report = JsonDocument.Parse((await _workspace.RunAsync("validate", "--json")).Output);
        Assert.Equal(9, report.RootElement.GetProperty("diagnostics")[0].GetProperty("line").GetInt32());

        _workspace.Config = "version: 1\nendpoints:\n  home: { plugin: mqtt\nroutes: []\n";
        ran = await _workspace.RunWithConfigAsync("validate");
        Assert.Equal(1, ran.ExitCode);
        Assert.Matches(@"bridge\.yaml:\d+:\d+ error BR\d{4}: .*brace is not closed", ran.Error);
    }

    [Fact]
    public async Task Explain_names_what_is_false_and_its_values_without_a_daemon()
    {
        var explained = await _workspace.DoAsync("explain", "--from", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", """{"battery":88}""");
        Assert.Contains("payload.water_leak", explained, StringComparison.Ordinal);
        Assert.Contains("not matched", explained, StringComparison.Ordinal);
        Assert.Contains("No daemon runs", explained, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(_workspace.Folder, "x.json"), """{"water_leak":true,"battery":5}""", TestContext.Current.CancellationToken);
        explained = await _workspace.DoAsync("explain", "--from", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", "@x.json", "--at", "23:10");
        Assert.Contains("-> console:me: Water leak in kitchen! Battery 5 %", explained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_sees_the_memory_of_the_running_daemon_and_the_rules_on_disk()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        await _workspace.DoAsync("emit", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", """{"water_leak":true,"battery":5}""");
        var explained = await _workspace.DoAsync(
            "explain", "--from", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", """{"water_leak":true,"battery":5}""");
        Assert.Contains("leak", explained, StringComparison.Ordinal);
        Assert.Contains("unchanged", explained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_folder_suffices_for_every_command_while_a_daemon_runs_on_it()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        string[] explain = ["explain", "--from", "home:zigbee2mqtt/hall/leak_sensor", "--payload", """{"water_leak":true,"battery":5}"""];
        var file = Path.GetRelativePath(Path.GetTempPath(), _workspace.ConfigFile);
        Assert.Contains($"leak ({file}:", (await _workspace.RunWithDataAsync(explain)).Output, StringComparison.Ordinal);
        Assert.Contains("id: leak", (await _workspace.RunWithDataAsync("config")).Output, StringComparison.Ordinal);

        _workspace.Config = Workspace.Leak.Replace("until:", "untill:", StringComparison.Ordinal);
        var explained = await _workspace.RunWithDataAsync(explain);
        Assert.Contains($"{file}:9:5 error", explained.Error, StringComparison.Ordinal);
        Assert.Contains("-> console:me: Water leak in hall! Battery 5 %", explained.Output, StringComparison.Ordinal);
        Assert.Contains("The configuration on disk has errors: these are the rules that the daemon runs.", explained.Output, StringComparison.Ordinal);
        var refused = await _workspace.RunWithDataAsync("config");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("the configuration has 1 error", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_codes_are_as_documented()
    {
        Assert.Equal(3, (await _workspace.RunAsync("status")).ExitCode);
        Assert.Equal(2, (await _workspace.RunAsync("nonsense")).ExitCode);
        var empty = await _workspace.RunAsync("backup", "");
        Assert.Equal((2, "bridge: FOLDER is empty (give a path; in a script, look whether the variable is set that holds it)\n"), (empty.ExitCode, empty.Error));
        Assert.Equal(4, (await _workspace.RunAsync("explain", "--from", "hoem:a", "hello")).ExitCode);
        Assert.Equal(2, (await _workspace.RunAsync("explain", "--from", "home", "hello")).ExitCode);
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        var ran = await _workspace.RunAsync("emit", "hoem:a", "hello");
        Assert.Equal(4, ran.ExitCode);
        Assert.Equal("bridge: no endpoint is called 'hoem' (endpoints: home, console)\n", ran.Error);
        Assert.Equal(2, (await _workspace.RunAsync("emit", "home:a", "hello", "--payload", "x")).ExitCode);
        Assert.Equal(4, (await _workspace.RunAsync("trace", "01930000-0000-7000-8000-000000000000")).ExitCode);
    }

    [Theory]
    [InlineData("--data", "status", "--data", "")]
    [InlineData("--config", "run", "--config", "")]
    [InlineData("--data", "run", "--data", "")]
    [InlineData("--plugins", "plugins", "--plugins", "")]
    [InlineData("FOLDER", "backup", "")]
    [InlineData("BACKUP", "check", "")]
    [InlineData("BACKUP", "restore", "")]
    [InlineData("PATH", "keys", "add", "key-file", "")]
    [InlineData("FILE", "keys", "add", "credential", "")]
    [InlineData("--key-file", "keys", "remove", "1", "--key-file", "")]
    [InlineData("FILES", "validate", "bridge.yaml", "")]
    [InlineData("CONFIG", "connect", "")]
    public void An_empty_path_is_refused_by_its_name(string name, params string[] line)
    {
        var refused = PathValues.Empty(CommandLine.Parse(line));
        Assert.Equal((ExitCode.Usage, $"{name} is empty"), (refused!.ExitCode, refused.Message));
    }

    [Theory]
    [InlineData("send", "console:me", "")]
    [InlineData("emit", "home:a", "--payload", "", "--data", "x")]
    [InlineData("links", "label", "halls", "")]
    public void What_is_no_path_may_be_empty(params string[] line) => Assert.Null(PathValues.Empty(CommandLine.Parse(line)));

    [Fact]
    public async Task A_fault_nobody_thought_of_is_an_exit_code()
    {
        var command = new Command("faulty").Does((_, _, _) => throw new InvalidOperationException("what somebody wrote"));
        Assert.Equal(ExitCode.Failed, await command.Parse([]).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Config_shows_what_is_in_force_and_no_secret()
    {
        _workspace.Config = Workspace.Leak.Replace(
            "listen: 127.0.0.1:0", "listen: 127.0.0.1:0, users: { hall: { password: hunter2hunter2, publish: [\"#\"], subscribe: [] } }", StringComparison.Ordinal);
        var shown = await _workspace.DoAsync("config");
        Assert.Contains("leak", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
    }

    public void Dispose() => _workspace.Dispose();
}
