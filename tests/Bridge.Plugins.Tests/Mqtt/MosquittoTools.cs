using System.Diagnostics;
using System.Text;
using Bridge.Plugins.Tests.Broker;
using Bridge.Testing.Mqtt;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>Mosquitto's own command-line clients.</summary>
internal static class MosquittoTools
{
    public static async Task PublishAsync(MosquittoBroker broker, string[] arguments, string? input = null)
    {
        using var process = Start("mosquitto_pub", broker, [], arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        Assert.Equal(0, await MosquittoTool.ExitAsync(process));
    }

    /// <summary>Returns when the subscription is made: its output says so, line by line and not when a buffer is full (stdbuf).</summary>
    public static async Task<Process> SubscriberAsync(MosquittoBroker broker, params string[] arguments)
    {
        var process = Start("stdbuf", broker, ["-oL", "mosquitto_sub", "-d"], arguments);
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

        static bool IsDebug(string line) =>
            line.StartsWith("Client ", StringComparison.Ordinal) || line.StartsWith("Subscribed ", StringComparison.Ordinal);
    }

    private static Process Start(string tool, MosquittoBroker broker, string[] before, string[] arguments) => Process.Start(
        new ProcessStartInfo(tool, [.. before, "-h", "127.0.0.1", "-p", broker.Port.ToString(), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
}
