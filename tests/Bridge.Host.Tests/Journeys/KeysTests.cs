using System.Text.Json.Nodes;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

public sealed class KeysTests
{
    [Fact]
    public async Task A_machine_that_lost_its_key_file_comes_back_with_the_recovery_code()
    {
        using var workspace = new Workspace(Workspace.Leak);
        string code;
        await using (var daemon = await BridgeProcess.StartAsync(workspace))
        {
            await workspace.DoAsync("emit", "home:notify", "before");
            var added = JsonNode.Parse(await workspace.DoAsync("keys", "add", "recovery-code", "--json"))!;
            code = (string)added["code"]!;
            Assert.Equal(2, (int)added["slot"]!);
            Assert.Contains("generation 2, ", await workspace.DoAsync("keys", "rotate"), StringComparison.Ordinal);
            await daemon.Log.WaitForAsync("The keys are rotated: generation 2");
            Assert.Equal(0, await daemon.StopAsync());
            Assert.Equal(0, daemon.Log.Count(code));
        }

        File.Delete(Path.Combine(workspace.DataFolder, "bridge.key"));
        var locked = await workspace.RunAsync("run");
        Assert.Equal(1, locked.ExitCode);
        Assert.Contains("its slots were made for: key-file, recovery-code", locked.Error, StringComparison.Ordinal);
        var mistyped = await workspace.RunWithInputAsync((code[0] == 'A' ? 'B' : 'A') + code[1..] + "\n", "keys", "list", "--unlock");
        Assert.Equal((1, "bridge: the recovery code is mistyped in group 1; compare it with the paper\n"), (mistyped.ExitCode, mistyped.Error));

        // Without a daemon the command opens the folder itself.
        var made = await workspace.RunWithInputAsync(code + "\n", "keys", "add", "key-file", Path.Combine(workspace.DataFolder, "bridge.key"), "--unlock");
        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        await workspace.DoAsync("keys", "remove", "1");
        var last = await workspace.RunAsync("keys", "remove", "3");
        Assert.Contains("slot 3 is the one in use, and nothing has shown that another one can be opened", last.Error, StringComparison.Ordinal);
        Assert.Equal(1, last.ExitCode);

        await using var again = await BridgeProcess.StartAsync(workspace);
        var slots = JsonNode.Parse(await workspace.DoAsync("keys", "list", "--json"))!["slots"]!.AsArray();
        Assert.Equal(["2 recovery-code False", "3 key-file True"], slots.Select(slot => $"{slot!["slot"]} {slot["kind"]} {(bool)slot["inUse"]!}"));
        Assert.Contains("notify", await workspace.DoAsync("trace", "1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shredded_event_is_gone_while_the_daemon_runs_and_trace_says_so()
    {
        using var workspace = new Workspace(Workspace.Leak);
        await using var daemon = await BridgeProcess.StartAsync(workspace);
        var kept = await workspace.DoAsync("emit", "home:notify", "kept");
        var gone = await workspace.DoAsync("emit", "home:notify", "a secret");
        Assert.StartsWith($"{gone} is destroyed here; ", await workspace.DoAsync("shred", gone), StringComparison.Ordinal);
        var trace = await workspace.RunAsync("trace", gone);
        Assert.Equal(4, trace.ExitCode);
        Assert.Contains($"event {gone} was shredded on ", trace.Error, StringComparison.Ordinal);
        Assert.Contains("home:notify", await workspace.DoAsync("trace", kept), StringComparison.Ordinal);
        Assert.Equal(0, (await workspace.RunAsync("check")).ExitCode);
        await workspace.DoAsync("emit", "home:notify", "afterwards");
    }

    [Fact]
    public async Task A_data_folder_can_live_by_a_passphrase_of_the_configuration()
    {
        using var workspace = new Workspace(Workspace.Endpoints + """

            storage: { encryption: { passphrase: "${file:passphrase}" } }
            """);
        var file = Path.Combine(workspace.Folder, "passphrase");
        await File.WriteAllTextAsync(file, "four words of mine\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using (var daemon = await BridgeProcess.StartAsync(workspace))
        {
            await daemon.Log.WaitForAsync("unlocked by passphrase (storage.encryption.passphrase)");
            await daemon.StopAsync();
        }

        Assert.False(File.Exists(Path.Combine(workspace.DataFolder, "bridge.key")));
        await File.WriteAllTextAsync(file, "four words of Mine\n", TestContext.Current.CancellationToken);
        var refused = await workspace.RunAsync("run");
        Assert.Contains("does not open this data folder; its slots were made for: passphrase", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("words of", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_data_folder_begins_with_no_passphrase_that_is_empty_or_short()
    {
        using var workspace = new Workspace(Workspace.Endpoints + """

            storage: { encryption: { passphrase: "${env:WORDS}" } }
            """);
        workspace.Environment["WORDS"] = "";
        var empty = await workspace.RunAsync("validate");
        Assert.Equal(1, empty.ExitCode);
        Assert.Contains("'passphrase' is a secret, and '${env:WORDS}' is empty", empty.Output + empty.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await workspace.RunAsync("run")).ExitCode);

        workspace.Environment["WORDS"] = "three words";
        Assert.Equal(0, (await workspace.RunAsync("validate")).ExitCode);
        var refused = await workspace.RunAsync("run");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("the passphrase of storage.encryption.passphrase is too short: it needs 12 characters", refused.Error, StringComparison.Ordinal);

        workspace.Environment["WORDS"] = "four words of mine";
        await using var daemon = await BridgeProcess.StartAsync(workspace);
        var added = await workspace.RunWithInputAsync("three words\n", "keys", "add", "passphrase");
        Assert.Equal(1, added.ExitCode);
        Assert.Contains("is too short: it needs 12 characters", added.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await workspace.RunWithInputAsync("another four words\n", "keys", "add", "passphrase")).ExitCode);
    }
}
