using System.Text;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Storage;
using Bridge.Host.Admin;
using Bridge.Host.Plugins;

namespace Bridge.Host.Daemon;

/// <summary>Makes an event of what somebody typed, or says what is wrong with it: the same for <c>emit</c>, <c>send</c> and <c>explain</c>.</summary>
internal static class Accepting
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static Inbound Inbound(BridgeConfig config, PluginCatalog plugins, string address, string? text, byte[]? payload, bool retained)
    {
        var (place, plugin) = Check(config, plugins, address);
        return new Inbound { Address = place, Event = Content(plugin, text, payload, retained), Sender = new Sender("cli") };
    }

    /// <summary>An address of a configured endpoint, and what its plugin is.</summary>
    public static (Address Address, PluginDescription Plugin) Check(BridgeConfig config, PluginCatalog plugins, string text)
    {
        if (!Address.TryParse(text, out var address))
        {
            throw new AdminException(AdminErrorCode.Usage, "that is no address", "write it as endpoint:rest, such as console:me");
        }

        var endpoint = config.Endpoints.FirstOrDefault(endpoint => endpoint.Id == address.Endpoint);
        if (endpoint is null)
        {
            var known = string.Join(", ", config.Endpoints.Select(known => known.Id));
            throw new AdminException(AdminErrorCode.NotFound, $"no endpoint is called '{address.Endpoint}'", $"endpoints: {(known.Length == 0 ? "none" : known)}");
        }

        if (plugins.Find(endpoint.Plugin)?.Plugin is not { } plugin)
        {
            throw new AdminException(AdminErrorCode.Failed, $"the plugin '{endpoint.Plugin}' of endpoint {endpoint.Id} is not loaded", "see: bridge plugins");
        }

        return plugin.Description.CheckDestination(address.Rest) is { } problem
            ? throw new AdminException(AdminErrorCode.Usage, $"that is no address of endpoint {endpoint.Id}: {problem}")
            : (address, plugin.Description);
    }

    /// <summary>Accepted means durable. What takes longer may still become so: the message says that.</summary>
    public static async Task<T> DurableAsync<T>(Task<T> accepting, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            return await accepting.WaitAsync(s_patience, clock, cancellationToken);
        }
        catch (StoreException failure)
        {
            throw new AdminException(AdminErrorCode.Failed, $"it was not stored: {failure.Message}", failure.DiskFull ? "make room on the disk, then try again" : "see the daemon's log");
        }
        catch (TimeoutException)
        {
            throw new AdminException(AdminErrorCode.Failed, $"it is not stored after {s_patience.TotalSeconds:0} s; it may yet be", "see: bridge status, and the daemon's log");
        }
    }

    /// <summary>Where data travels, a typed text is data too: that is how it would have come from the network.</summary>
    public static BridgeEvent Content(PluginDescription plugin, string? text, byte[]? payload, bool retained = false) =>
        text is null ? new DataReported(new Payload(payload ?? []), Retained: retained)
        : plugin.Carries.HasFlag(EventFeature.Data) ? new DataReported(new Payload(Encoding.UTF8.GetBytes(text)), Retained: retained)
        : MessagePosted.Of(text);
}
