using System.Diagnostics;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>Another program's MQTT client that listens.</summary>
internal static class Subscriber
{
    /// <summary>The bytes of the first message of a topic, retained or yet to come.</summary>
    public static async Task<byte[]> OneAsync(string port, string topic)
    {
        using var subscriber = Process.Start(new ProcessStartInfo(
            "mosquitto_sub", ["-h", "127.0.0.1", "-p", port, "-q", "1", "-t", topic, "-C", "1", "-W", "20", "-N"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        using var received = new MemoryStream();
        await subscriber.StandardOutput.BaseStream.CopyToAsync(received, TestContext.Current.CancellationToken);
        await subscriber.WaitForExitAsync(TestContext.Current.CancellationToken);
        return received.ToArray();
    }
}
