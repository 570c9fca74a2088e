using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Kannel;
using Bridge.Plugin.Sms.Modem;
using Bridge.Plugin.Sms.Phone;
using Bridge.Plugin.Sms.Sending;
using Bridge.Plugin.Sms.Smpp;
using Bridge.Plugin.Sms.Twilio;
using Bridge.Plugin.Sms.Webhook;

namespace Bridge.Plugin.Sms.Ways;

/// <summary>One way to the network: its driver, and how texts are cut for it.</summary>
internal sealed class Way : IDisposable
{
    private readonly TextCutter _cutter;
    private volatile WayStanding _standing = new(IsOpen: false, Fault: null);

    /// <param name="options">Its own.</param>
    /// <param name="endpoint">What the endpoint was given.</param>
    /// <param name="handler">In tests, in the place of the network.</param>
    public Way(WayOptions options, EndpointContext endpoint, HttpMessageHandler? handler)
    {
        Options = options;
        Context = options.Name is { } name ? WithStateOf(endpoint, name) : endpoint;
        _cutter = new TextCutter(options);
        Limits = options.Driver.Limits is { } limits ? new WayLimits(limits, Context) : null;
        Driver = options.Driver.Kind switch
        {
            DriverKind.Smpp => new SmppDriver(options, Context),
            DriverKind.AtModem => new ModemDriver(options, Context),
            DriverKind.AndroidSmsGateway => new PhoneDriver(options, Context, handler),
            DriverKind.Twilio => new TwilioDriver(options, Context, handler),
            DriverKind.Webhook => new WebhookDriver(options, Context, handler),
            _ => new KannelDriver(options, Context, handler),
        };
    }

    public WayOptions Options { get; }

    /// <summary>With the state of this way alone.</summary>
    public EndpointContext Context { get; }

    public IDriver Driver { get; }

    /// <summary>Null for none.</summary>
    public WayLimits? Limits { get; }

    /// <summary>Whether it is there. From any thread.</summary>
    public WayStanding Standing
    {
        get => _standing;
        set => _standing = value;
    }

    /// <summary>How many parts are paid for; null when it is too long.</summary>
    public int? PartsOf(string text) => _cutter.Cut(text)?.Segments.Count;

    /// <summary>As the driver takes it; null when it is too long.</summary>
    public Segmented? Cut(string text) => Driver.CarriesWholeTexts ? _cutter.Cut(text)?.Whole() : _cutter.Cut(text);

    public void Dispose() => Driver.Dispose();

    private static EndpointContext WithStateOf(EndpointContext endpoint, string name) => new()
    {
        Id = endpoint.Id, Logger = endpoint.Logger, Clock = endpoint.Clock, Random = endpoint.Random, State = new WayState(endpoint.State, name),
        Blobs = endpoint.Blobs, Interests = endpoint.Interests, Window = endpoint.Window, Drops = endpoint.Drops, Report = endpoint.Report,
    };
}

/// <summary>How it stands with a way. Neither open nor at fault: it is still being opened for the first time.</summary>
/// <param name="IsOpen">Whether parts can be sent.</param>
/// <param name="Fault">Of an open one what it does not do, null for nothing; of another why it is away.</param>
internal sealed record WayStanding(bool IsOpen, string? Fault)
{
    public bool IsAway => !IsOpen && Fault is not null;
}
