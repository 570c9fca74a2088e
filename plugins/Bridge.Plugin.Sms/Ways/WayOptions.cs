using System.Security.Cryptography;
using System.Text;

namespace Bridge.Plugin.Sms.Ways;

/// <summary>What holds for one way: its driver's options, and what it shares with the others.</summary>
/// <param name="Endpoint">As written.</param>
/// <param name="Driver">One of its drivers.</param>
internal sealed record WayOptions(SmsOptions Endpoint, DriverOptions Driver)
{
    private const int NameBytes = 8;

    /// <summary>Its place among the <c>drivers</c>, from 0; null for the <c>driver</c>.</summary>
    public int? Place { get; init; }

    public string? Sender => Driver.Sender ?? Endpoint.Sender;

    /// <summary>What people call it: its kind, and its place where several are of that kind.</summary>
    public string Title => KindOptions.NameOf(Driver.Kind) + (Endpoint.Drivers.Count(other => other.Kind == Driver.Kind) > 1 ? $" ({Place + 1})" : "");

    /// <summary>In the order of preference.</summary>
    public static IReadOnlyList<WayOptions> AllOf(SmsOptions options) => options.Driver is { } driver
        ? [new WayOptions(options, driver)]
        : [.. options.Drivers.Select((each, place) => new WayOptions(options, each) { Place = place })];

    /// <summary>
    /// What its state and its messages are told from those of the others by; null for the <c>driver</c>, which has no others. It follows from what the way
    /// leads to, so that another order, another password or another callback changes nothing.
    /// </summary>
    public string? Name => Place is null ? null
        : $"{KindOptions.NameOf(Driver.Kind)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Target)).AsSpan(0, NameBytes))}";

    private string Target => string.Join(
        '\n', Driver.Kind, Driver.Url?.AbsoluteUri.TrimEnd('/'), Driver.Username, Driver.Account, Driver.Service, Driver.Smsc, Driver.Port?.FullName,
        Driver.Phone, Driver.Sim);
}
