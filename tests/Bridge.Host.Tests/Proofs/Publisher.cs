using System.Diagnostics;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>Another program's MQTT client.</summary>
internal static class Publisher
{
    /// <summary>One file as one message of QoS 1; returns when the broker has acknowledged it.</summary>
    public static async Task PublishFileAsync(this BridgeProcess daemon, string topic, string file, params string[] options)
    {
        using var publisher = Start(await daemon.BrokerPortAsync(), ["-t", topic, "-f", file, .. options]);
        await publisher.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, publisher.ExitCode);
    }

    /// <summary>Publishes each line it is given, as long as it lives.</summary>
    public static Process Start(string port, params string[] options) => Process.Start(
        new ProcessStartInfo("mosquitto_pub", ["-h", "127.0.0.1", "-p", port, "-q", "1", .. options])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
}
