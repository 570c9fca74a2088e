using System.Diagnostics;
using Bridge.Abstractions;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>The users of the embedded broker, through the real daemon: hashed passwords, and changes that nobody else notices.</summary>
public sealed class EmbeddedUsersTests : IDisposable
{
    private readonly Workspace _workspace = new("version: 1");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_reload_adds_a_user_and_a_route_and_removes_a_user_while_others_stay_connected()
    {
        _workspace.Config = Config("hall: { password: hall }\n        attic: { password: attic }", "a");
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        using var hall = Subscribe(await daemon.BrokerPortAsync(), "hall");
        using var attic = Subscribe(await daemon.BrokerPortAsync(), "attic");
        var hallLines = new CapturedLines(hall.StandardOutput);
        var atticLines = new CapturedLines(attic.StandardOutput);
        await hallLines.WaitForAsync("SUBACK");
        await atticLines.WaitForAsync("SUBACK");

        _workspace.Config = Config("hall: { password: hall }\n        cellar: { password_hash: \"" + await HashAsync("cellar") + "\" }", "b");
        await daemon.Log.WaitForAsync("Endpoint home took its changed configuration without a restart");
        await daemon.Log.WaitForAsync("generation 2");

        await atticLines.WaitForAsync("DISCONNECT");
        Assert.Equal(0, await PublishAsync(await daemon.BrokerPortAsync(), "cellar", "b", "from the cellar"));
        await daemon.Output.WaitForAsync("from the cellar");
        await hallLines.WaitForAsync("from the cellar");
        Assert.NotEqual(0, await PublishAsync(await daemon.BrokerPortAsync(), "attic", "b", "from the attic"));
        Assert.Equal(1, daemon.Log.Count("Endpoint home is connected"));
        hall.Kill();
        await hall.WaitForExitAsync(TestContext.Current.CancellationToken);
        await attic.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Passwd_prints_a_hash_that_fits_and_a_line_to_paste()
    {
        var ran = await _workspace.RunWithInputAsync("open sesame\n", "passwd", "hall", "--iterations", "2000");
        Assert.Equal(0, ran.ExitCode);
        var hash = ran.Output.Split('\n')[0];
        Assert.StartsWith("$pbkdf2-sha256$i=2000$", hash, StringComparison.Ordinal);
        Assert.True(PasswordHash.Parse(hash)!.Matches("open sesame"u8));
        Assert.False(PasswordHash.Parse(hash)!.Matches("open sesam"u8));
        Assert.Contains($"\"hall\": {{ password_hash: \"{hash}\" }}", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", ran.Output + ran.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await _workspace.RunWithInputAsync("", "passwd")).ExitCode);
        Assert.Equal(2, (await _workspace.RunWithInputAsync("x\n", "passwd", "--iterations", "10")).ExitCode);
    }

    private static string Config(string users, string topic) => $$$"""
        version: 1
        endpoints:
          home:
            plugin: mqtt
            embedded:
              listen: 127.0.0.1:0
              users:
                {{{users}}}
          console: { plugin: console }
        routes:
          - { id: notify, from: home:{{{topic}}}, text: "{{ message.text }}", to: [console:me] }
        """;

    private async Task<string> HashAsync(string password) =>
        (await _workspace.RunWithInputAsync(password + "\n", "passwd", "--iterations", "1000")).Output.Split('\n')[0];

    private static Process Subscribe(string port, string user) => Start("mosquitto_sub", port, user, "-t", "#", "-q", "1", "-d", "-i", user);

    private static async Task<int> PublishAsync(string port, string user, string topic, string text)
    {
        using var publisher = Start("mosquitto_pub", port, user, "-t", topic, "-q", "1", "-m", text);
        await publisher.WaitForExitAsync(TestContext.Current.CancellationToken);
        return publisher.ExitCode;
    }

    private static Process Start(string tool, string port, string user, params string[] arguments) => Process.Start(new ProcessStartInfo(
        "stdbuf", ["-oL", tool, "-V", "mqttv5", "-h", "127.0.0.1", "-p", port, "-u", user, "-P", user, .. arguments])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
