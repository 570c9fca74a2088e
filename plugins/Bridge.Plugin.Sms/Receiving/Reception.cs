using Bridge.Plugin.Sms.Stop;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Receiving;

/// <summary>Where one way hands over what it heard. What the networks of two ways call by one name stays two.</summary>
internal sealed class Reception(Hearing hearing, WayOptions options)
{
    private readonly StopWords _stop = new(options);
    private readonly string? _name = options.Name;

    /// <summary>Completes when it is durable; only then may it be acknowledged. An exception means that it is not.</summary>
    public Task TakeAsync(ReceivedMessage message, CancellationToken cancellationToken) => hearing.TakeAsync(
        _name is null ? message : message with
        {
            NativeId = message.NativeId is { } id ? $"{_name}/{id}" : null,
            To = message.To.Length > 0 ? message.To : _name, // two SIM cards, and one sender's references
        },
        _stop,
        cancellationToken);
}
