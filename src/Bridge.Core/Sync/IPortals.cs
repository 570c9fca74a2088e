using Bridge.Abstractions;

namespace Bridge.Core.Sync;

/// <summary>The portals as delivery needs them; the decision loop keeps their table.</summary>
public interface IPortals
{
    /// <summary>The portal of that name as it is now; null when there is none.</summary>
    Task<PortalView?> FindAsync(string name);

    /// <summary>Its conversation was made. Completes when that is durable; harmless to say twice. Throws <see cref="Storage.StoreException"/>.</summary>
    Task OpenedAsync(string name, Address near);
}

/// <summary>One portal.</summary>
/// <param name="Near">Where it is; null until it was made.</param>
/// <param name="Request">How to have it made.</param>
public sealed record PortalView(Address? Near, ConversationRequest Request);

/// <summary>Of an installation without links.</summary>
internal sealed class NoPortals : IPortals
{
    public Task<PortalView?> FindAsync(string name) => Task.FromResult<PortalView?>(null);

    public Task OpenedAsync(string name, Address near) => Task.CompletedTask;
}
