using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Client;
using Bridge.Testing.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

/// <summary>QoS 2 through the real Mosquitto while connections are cut and processes end: each message once, in order.</summary>
public sealed class ExactlyOnceMosquittoTests
{
    private const int Count = 2000;

    [Theory]
    [InlineData("5", 1)]
    [InlineData("3.1.1", 2)]
    public async Task Each_message_comes_once_over_cut_connections_and_ended_processes(string protocol, int seed)
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        var random = new Random(seed);
        var inbox = new HostMemory();
        var receiving = new RunningEndpoint(Options(broker, protocol, "r"), ["a/#"], inbox);
        await receiving.ConnectedAsync();
        var memory = new HostMemory();
        var outbox = Enumerable.Range(0, Count).Select(i => RunningEndpoint.Data("a/b", i.ToString(), qos: "2")).ToList();
        var delivered = 0;
        var processes = 0;
        while (delivered < Count)
        {
            processes++;
            await using var sending = new RunningEndpoint(Options(broker, protocol, "s"), [], memory);
            await sending.ConnectedAsync();
            var pipeline = Enumerable.Range(delivered, Math.Min(Count - delivered, 700)).Select(i => SendAsync(sending, outbox[i])).ToList();

            // The connection is cut now and then; some time later the process ends with what is recorded in order until then.
            var cuts = random.Next(1, 4);
            for (var cut = 0; cut < cuts; cut++)
            {
                await Task.WhenAny(pipeline[random.Next(pipeline.Count)], Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None));
                await CutAsync(broker, protocol);
            }

            // The receiving process ends too; the next one has its memory. Its session is not taken over by another client: after that, second copies of messages that were
            // released before were seen from Mosquitto 2.0.11 (it seems to publish anew what it had not yet released again when the session changed hands twice).
            await receiving.DisposeAsync();
            receiving = new RunningEndpoint(Options(broker, protocol, "r"), ["a/#"], inbox);

            await Task.WhenAny(pipeline[random.Next(pipeline.Count)], Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, CancellationToken.None));
            delivered += pipeline.TakeWhile(send => send.IsCompletedSuccessfully && send.Result).Count();
        }

        // What the broker has is handed on when it is released, which may be for the next process to do.
        await using var last = new RunningEndpoint(Options(broker, protocol, "s"), [], memory);
        await receiving.ReceivedAsync(Count);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => i.ToString()), receiving.Texts);
        Assert.True(processes > 2);
        await receiving.DisposeAsync();
    }

    private static async Task<bool> SendAsync(RunningEndpoint endpoint, Outbound outbound)
    {
        try
        {
            return await endpoint.Send(outbound) is SendResult.Delivered;
        }
        catch (Exception problem) when (problem is MqttConnectionException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Another client of the same id takes the session over, and is gone at once.</summary>
    private static async Task CutAsync(MosquittoBroker broker, string protocol)
    {
        var context = new EndpointContext
        {
            Id = new EndpointId("usurper"),
            Logger = NullLogger.Instance,
            Clock = TimeProvider.System,
            Random = new Random(1),
            State = new HostMemory(),
            Window = 1000,
            Drops = new HostMemory(),
            Report = _ => { },
        };
        try
        {
            await using var link = await BrokerLink.OpenAsync(ClientSettings.From(Options(broker, protocol, "s"), context), TimeProvider.System, CancellationToken.None);
        }
        catch (MqttConnectionException)
        {
            // It was quicker to come back.
        }
    }

    private static MqttOptions Options(MosquittoBroker broker, string protocol, string clientId) =>
        new() { Url = broker.Url, Protocol = protocol, Session = new SessionOptions { ClientId = clientId } };
}
