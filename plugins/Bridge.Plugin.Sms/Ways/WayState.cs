using System.Runtime.CompilerServices;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms.Ways;

/// <summary>The part of the endpoint's state that belongs to one of several ways: behind what a key says first stands the name of the way.</summary>
internal sealed class WayState(IEndpointState all, string name) : IEndpointState
{
    /// <summary>As the endpoint keeps it: <c>out/17</c> becomes <c>out/NAME/17</c>, so that what is stale is found whatever way it belongs to.</summary>
    public static string KeyOf(string name, string key) => key.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at
        ? $"{key[..at]}/{name}{key[at..]}"
        : $"{key}/{name}";

    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken) => all.GetAsync(KeyOf(name, key), cancellationToken);

    public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var inside = KeyOf(name, prefix);
        await foreach (var (key, value) in all.ListAsync(inside, cancellationToken))
        {
            yield return KeyValuePair.Create(prefix + key[inside.Length..], value);
        }
    }
}

/// <summary>What one of several ways hands over, told from what the others do.</summary>
/// <param name="all">The endpoint's.</param>
/// <param name="name">Of the way.</param>
/// <param name="impaired">Told what the way does not do, null for nothing.</param>
internal sealed class WayInbox(IInbox all, string name, Action<string?> impaired) : IInbox
{
    public void Connected() => throw new InvalidOperationException("a way does not say that the endpoint is connected");

    public void Impaired(string? why) => impaired(why);

    public ValueTask AcceptAsync(InboundBatch batch) =>
        all.AcceptAsync(batch with { State = [.. batch.State.Select(change => change with { Key = WayState.KeyOf(name, change.Key) })] });
}
