using System.Diagnostics;
using System.Text;
using Xunit;

namespace Bridge.Plugins.Tests.Broker;

/// <summary>mosquitto_pub and mosquitto_sub.</summary>
internal static class MosquittoTool
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Returns the exit code: 0 when the broker has acknowledged.</summary>
    public static async Task<int> PublishAsync(int port, string protocol, string[] arguments, string? input = null)
    {
        using var process = Start("mosquitto_pub", port, protocol, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        return await ExitAsync(process);
    }

    /// <summary>
    /// Its exit code. mosquitto_pub 2.0.11 with -l and QoS 0 now and then stays for ever when all is sent and it is disconnecting (its main thread joins the other one,
    /// which waits in pselect): then it is ended, and what arrived says the rest.
    /// </summary>
    public static async Task<int> ExitAsync(Process publisher)
    {
        try
        {
            await publisher.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_patience, TestContext.Current.CancellationToken);
            return publisher.ExitCode;
        }
        catch (TimeoutException)
        {
            publisher.Kill();
            return 0;
        }
    }

    /// <summary>Returns when the subscription is made: its debug output says so.</summary>
    public static async Task<Process> SubscribeAsync(int port, string protocol, params string[] arguments)
    {
        var process = Start("mosquitto_sub", port, protocol, ["-d", .. arguments]);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("SUBACK", StringComparison.Ordinal))
        {
        }

        return process;
    }

    /// <summary>What the subscriber printed until its end, without its debug lines.</summary>
    public static async Task<List<string>> MessagesAsync(Process subscriber)
    {
        var output = await subscriber.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !IsDebug(line))];
    }

    private static bool IsDebug(string line) => line.StartsWith("Client ", StringComparison.Ordinal) || line.StartsWith("Subscribed ", StringComparison.Ordinal);

    // Into a pipe the tools write whole buffers; stdbuf makes it lines.
    private static Process Start(string tool, int port, string protocol, string[] arguments) => Process.Start(
        new ProcessStartInfo("stdbuf", ["-oL", tool, "-h", "127.0.0.1", "-p", port.ToString(), "-V", protocol == "5" ? "mqttv5" : "mqttv311", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
}
