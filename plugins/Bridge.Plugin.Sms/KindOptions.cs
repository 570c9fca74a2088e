using System.Reflection;
using System.Text.Json.Serialization;
using Bridge.Abstractions;

namespace Bridge.Plugin.Sms;

/// <summary>Which options of a driver belong to which kinds, and which of them one kind cannot do without.</summary>
internal static class KindOptions
{
    private static readonly (string Name, Func<DriverOptions, object?> Value, DriverKind[] Kinds)[] s_all =
    [
        ("url", driver => driver.Url, [DriverKind.Kannel, DriverKind.Smpp, DriverKind.AndroidSmsGateway, DriverKind.Twilio, DriverKind.Webhook]),
        ("username", driver => driver.Username,
            [DriverKind.Kannel, DriverKind.Smpp, DriverKind.AndroidSmsGateway, DriverKind.Twilio, DriverKind.Webhook]),
        ("password", driver => driver.Password,
            [DriverKind.Kannel, DriverKind.Smpp, DriverKind.AndroidSmsGateway, DriverKind.Twilio, DriverKind.Webhook]),
        ("secret", driver => driver.Secret, [DriverKind.Kannel, DriverKind.AndroidSmsGateway, DriverKind.Twilio, DriverKind.Webhook]),
        ("callback", driver => driver.Callback, [DriverKind.Kannel, DriverKind.AndroidSmsGateway, DriverKind.Twilio, DriverKind.Webhook]),
        ("sender", driver => driver.Sender, [DriverKind.Kannel, DriverKind.Smpp, DriverKind.Twilio, DriverKind.Webhook]),
        ("status", driver => driver.Status, [DriverKind.Kannel, DriverKind.Webhook]),
        ("status_password", driver => driver.StatusPassword, [DriverKind.Kannel]),
        ("smsc", driver => driver.Smsc, [DriverKind.Kannel]),
        ("system_type", driver => driver.SystemType, [DriverKind.Smpp]),
        ("bind", driver => driver.Bind, [DriverKind.Smpp]),
        ("binds", driver => driver.Binds, [DriverKind.Smpp]),
        ("window", driver => driver.Window, [DriverKind.Smpp]),
        ("keep_alive", driver => driver.KeepAlive, [DriverKind.Smpp]),
        ("reports", driver => driver.Reports, [DriverKind.Smpp, DriverKind.AtModem, DriverKind.AndroidSmsGateway, DriverKind.Twilio]),
        ("priority", driver => driver.Priority, [DriverKind.Kannel, DriverKind.Smpp, DriverKind.AndroidSmsGateway]),
        ("message_ids", driver => driver.MessageIds, [DriverKind.Smpp]),
        ("alphabet", driver => driver.Alphabet, [DriverKind.Smpp]),
        ("long_messages", driver => driver.LongMessages, [DriverKind.Smpp]),
        ("sender_type", driver => driver.SenderType, [DriverKind.Smpp]),
        ("tls", driver => driver.Tls, [DriverKind.Smpp]),
        ("port", driver => driver.Port, [DriverKind.AtModem]),
        ("speed", driver => driver.Speed, [DriverKind.AtModem]),
        ("pin", driver => driver.Pin, [DriverKind.AtModem]),
        ("init", driver => driver.Init.Count > 0 ? driver.Init : null, [DriverKind.AtModem]),
        ("balance", driver => driver.Balance, [DriverKind.AtModem]),
        ("phone", driver => driver.Phone, [DriverKind.AndroidSmsGateway]),
        ("sim", driver => driver.Sim, [DriverKind.AndroidSmsGateway]),
        ("poll", driver => driver.Poll, [DriverKind.AndroidSmsGateway]),
        ("account", driver => driver.Account, [DriverKind.Twilio]),
        ("service", driver => driver.Service, [DriverKind.Twilio]),
        ("mms", driver => driver.Mms, [DriverKind.Twilio]),
        ("send", driver => driver.Send, [DriverKind.Webhook]),
        ("receive", driver => driver.Receive, [DriverKind.Webhook]),
        ("numbers", driver => driver.Numbers, [DriverKind.Webhook]),
    ];

    /// <summary>What is written and means nothing to this kind.</summary>
    public static IEnumerable<OptionProblem> Foreign(DriverOptions driver) =>
        from option in s_all
        where option.Value(driver) is not null && !option.Kinds.Contains(driver.Kind)
        select new OptionProblem(
            "driver." + option.Name,
            $"'{Written(driver.Kind)}' has no use for it: it belongs to {string.Join(" and ", option.Kinds.Select(kind => $"'{Written(kind)}'"))}",
            "remove it");

    /// <summary>What this kind cannot do without, and is not written.</summary>
    public static IEnumerable<OptionProblem> Missing(DriverOptions driver, params (string Name, string Cure)[] needed) =>
        from option in needed
        where s_all.Single(known => known.Name == option.Name).Value(driver) is null
        select new OptionProblem("driver." + option.Name, $"'{Written(driver.Kind)}' does not work without it", option.Cure);

    /// <summary>What <see cref="Missing"/> made sure of.</summary>
    public static T Needed<T>(T? value)
        where T : class => value ?? throw new InvalidOperationException("a driver was made of options that were not checked");

    /// <summary>As the configuration spells it.</summary>
    public static string NameOf(DriverKind kind) =>
        typeof(DriverKind).GetField(kind.ToString())?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? kind.ToString().ToLowerInvariant();

    private static string Written(DriverKind kind) => "kind: " + NameOf(kind);
}
