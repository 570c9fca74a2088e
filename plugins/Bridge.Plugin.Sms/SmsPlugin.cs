using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Sending;

[assembly: BridgePlugin(typeof(Bridge.Plugin.Sms.SmsPlugin))]

namespace Bridge.Plugin.Sms;

/// <summary>Speaks SMS. The rest of an address is a number with its country (<c>+491511234567</c>), a short code, or the name of a sender.</summary>
public sealed class SmsPlugin : Plugin<SmsOptions>
{
    /// <inheritdoc/>
    public override PluginDescription Description { get; } = new()
    {
        Name = "sms",
        Carries = SmsEndpoint.Carries,
        SendersCanBeForged = true,
        DestinationOptions = [Flash.Option],
        CheckDestination = FaultOfDestination,
        CheckPattern = FaultOfPattern,
    };

    /// <inheritdoc/>
    protected override IEnumerable<OptionProblem> Check(SmsOptions options) => OptionChecks.Of(options);

    /// <inheritdoc/>
    protected override IEndpoint Create(EndpointContext context, SmsOptions options) => new SmsEndpoint(context, options);

    // A person is one conversation only when his number is always written in one way, so the configuration writes it as the network does.
    private static string? FaultOfDestination(string rest) => PhoneNumber.KindOf(rest) switch
    {
        NumberKind.International or NumberKind.ShortCode => null,
        NumberKind.Name => "nobody can be reached by a name: only a number with its country, such as +491511234567, or a short code",
        _ => "not a number: write it with its country and without spaces, such as +491511234567",
    };

    private static string? FaultOfPattern(string rest) => rest == "*" || PhoneNumber.KindOf(rest) == NumberKind.Name ? null : FaultOfDestination(rest);
}
