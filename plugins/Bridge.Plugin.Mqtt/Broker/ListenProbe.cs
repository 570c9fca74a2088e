using System.Net.Sockets;
using Bridge.Abstractions;


namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>Listens for an instant, and lets nobody in.</summary>
internal static class ListenProbe
{
    public static ProbeResult Of(EmbeddedOptions options, TimeProvider clock)
    {
        try
        {
            using var listeners = new Listeners(options, clock);
            return new ProbeResult.Works($"can listen on {string.Join(", ", listeners.All.Select(listener => listener.Where))}");
        }
        catch (IOException problem) when (problem.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
        {
            var (what, cure) = Parts(problem.Message);
            return new ProbeResult.InUse(what, cure);
        }
        catch (IOException problem)
        {
            var (what, cure) = Parts(problem.Message);
            return new ProbeResult.Fails(what, cure);
        }
    }

    /// <summary>The sentences of listeners and certificates have their cure behind a colon.</summary>
    private static (string What, string? Cure) Parts(string sentence)
    {
        var colon = sentence.LastIndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? (sentence, null) : (sentence[..colon], sentence[(colon + 2)..]);
    }
}
