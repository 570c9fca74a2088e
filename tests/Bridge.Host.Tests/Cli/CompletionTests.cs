using System.Diagnostics;
using Bridge.Host.Cli;
using Bridge.Host.Cli.Completion;
using Bridge.Host.Tests.Architecture;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Cli;

/// <summary>Completion as the shells do it: each reads the script that <c>bridge completion</c> prints and completes a line.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly Workspace _workspace = new(Workspace.Leak);

    public CompletionTests()
    {
        File.WriteAllText(Path.Combine(_workspace.Folder, "bridge"), $"#!/bin/sh\nexec dotnet {Workspace.Host} \"$@\"\n");
        File.SetUnixFileMode(Path.Combine(_workspace.Folder, "bridge"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string Named => $"--config {_workspace.ConfigFile} --data {_workspace.DataFolder} --plugins {Path.Combine(Repository.HostFolder, "plugins")}";

    [Theory]
    [InlineData("bridge stat", "status")]
    [InlineData("bridge deliveries re", "retry")]
    [InlineData("bridge deliveries list --st", "--state")]
    [InlineData("bridge deliveries list --state un", "uncertain")]
    [InlineData("bridge completion z", "zsh")]
    [InlineData("bridge --data x --json stat", "status")]
    [InlineData("bridge send --severity w", "warning")]
    [InlineData("bridge emit --json --pay", "--payload")]
    [InlineData("bridge validate FOLDER/brid", "FOLDER/bridge FOLDER/bridge.yaml")]
    [InlineData("bridge restore FOLDER/brid", "FOLDER/bridge FOLDER/bridge.yaml")]
    [InlineData("bridge emit home:a --payload @FOLDER/bridge.", "@FOLDER/bridge.yaml")]
    [InlineData("bridge NAMED emit ho", "home: home:notify home:zigbee2mqtt/")]
    [InlineData("bridge NAMED explain --from home:zig", "home:zigbee2mqtt/")]
    [InlineData("bridge NAMED send con", "console: console:me")]
    [InlineData("bridge emit 'home:a b", "")]
    public void A_line_is_completed(string line, string expected)
    {
        string Filled(string text) => text.Replace("NAMED", Named, StringComparison.Ordinal).Replace("FOLDER", _workspace.Folder, StringComparison.Ordinal);
        Assert.Equal(Filled(expected), string.Join(' ', CompleteCommand.Of(CommandLine.Build(), Filled(line)).Select(candidate => candidate.Word)));
    }

    [Fact]
    public async Task Open_deliveries_are_completed_by_their_numbers()
    {
        _workspace.Config = Workspace.Endpoints + "\n  nobody: { plugin: mqtt, url: \"mqtt://127.0.0.1:1\" }\n";
        await using var daemon = await BridgeProcess.StartAsync(_workspace);
        await _workspace.DoAsync("send", "nobody:a", "--payload", "1");
        var printed = await _workspace.DoRawAsync("complete", "--line", $"bridge {Named} deliveries drop ");
        Assert.Contains("1\tpending, to nobody:a", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash", "emit home:zig", "zigbee2mqtt/")] // bash has the rest of the word already: a colon ends a word there
    [InlineData("zsh", "emit home:zig", "home:zigbee2mqtt/")]
    [InlineData("fish", "stat", "status")]
    [InlineData("fish", "emit home:zig", "home:zigbee2mqtt/")]
    public async Task A_shell_completes(string shell, string typed, string expected)
    {
        await File.WriteAllTextAsync(Path.Combine(_workspace.Folder, "script"), await _workspace.DoRawAsync("completion", shell), TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo(shell, shell == "fish" ? ["-N", "-c", Driver(shell)] : shell == "zsh" ? ["-f", "-c", Driver(shell)] : ["--norc", "-c", Driver(shell)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = _workspace.Folder,
        };
        start.Environment["PATH"] = $"{_workspace.Folder}:{start.Environment["PATH"]}";
        start.Environment["LINE"] = $"bridge {Named} {typed}";
        start.Environment["HOME"] = _workspace.Folder;
        using var process = Process.Start(start)!;
        var printed = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected, printed.Trim());
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>fish completes a line by itself; for the others what the shell gives to the function, and what it takes from it, is played here.</summary>
    private static string Driver(string shell) => shell switch
    {
        "bash" => """
            source script
            COMP_LINE=$LINE COMP_POINT=${#LINE} COMP_WORDS=(bridge)
            compopt() { :; }
            _bridge
            printf '%s\n' "${COMPREPLY[@]}"
            """,
        "zsh" => """
            compdef() { :; }
            source ./script
            compadd() { while [[ $1 != -- ]]; do shift; done; shift; [[ $# -eq 0 ]] || print -l -- "$@"; }
            words=(${=LINE}) CURRENT=${#words}
            _bridge
            """,
        _ => "source script; complete -C \"$LINE\" | string split -f1 \\t",
    };
}
