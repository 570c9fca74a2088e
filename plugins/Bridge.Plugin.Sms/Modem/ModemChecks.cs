using Bridge.Abstractions;
using Bridge.Plugin.Sms.Modem.Serial;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms.Modem;

/// <summary>What the types of <see cref="DriverOptions"/> cannot say of a modem.</summary>
internal static class ModemChecks
{
    private const int ShortestPin = 4;
    private const int LongestPin = 8;
    private const int LongestCode = 30;
    private static readonly TimeSpan s_soonest = TimeSpan.FromMinutes(10);

    public static IEnumerable<OptionProblem> Of(WayOptions options)
    {
        var driver = options.Driver;
        foreach (var missing in KindOptions.Missing(driver, ("port", "write its serial port, such as one of those below /dev/serial/by-id")))
        {
            yield return missing;
        }

        if (driver.Speed is { } speed && !LineSpeed.All.Contains(speed))
        {
            yield return new("driver.speed", "not a speed of serial ports", $"write one of {string.Join(", ", LineSpeed.All)}");
        }

        if (driver.Pin?.Reveal() is { } pin && (pin.Length is < ShortestPin or > LongestPin || !pin.All(char.IsAsciiDigit)))
        {
            yield return new("driver.pin", "not a PIN", $"write its {ShortestPin} to {LongestPin} digits");
        }

        if (driver.Init.Any(command => !command.StartsWith("AT", StringComparison.OrdinalIgnoreCase) || command.Any(sign => sign is < ' ' or > '~')))
        {
            yield return new("driver.init", "not commands of a modem", "write each as the modem's manual has it, beginning with AT");
        }

        foreach (var problem in driver.Balance is { } balance ? OfBalance(balance) : [])
        {
            yield return problem;
        }

        if (options.Endpoint is { Driver: not null, Sender: not null })
        {
            yield return new("sender", "a modem sends by the number of its SIM card", "remove it") { IsWarning = true };
        }
    }

    private static IEnumerable<OptionProblem> OfBalance(BalanceOptions balance)
    {
        if (balance.Code.Length is < 2 or > LongestCode || !balance.Code.All(sign => char.IsAsciiDigit(sign) || sign is '*' or '#'))
        {
            yield return new(
                "driver.balance.code", "not a code that a phone dials", "write what you would dial to hear your balance, such as \"*100#\"");
        }

        if (balance.Every < s_soonest)
        {
            yield return new(
                "driver.balance.every", "too often: some operators charge for it, others block who asks without end", "write 10m or more");
        }

        if (balance.Pattern is { } pattern && !IsPattern(pattern))
        {
            yield return new(
                "driver.balance.pattern", "not a regular expression that Bridge can use",
                "write one without lookaround and back-references, such as \"credit: ([0-9.,]+)\"");
        }
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Amount(pattern);
            return true;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
