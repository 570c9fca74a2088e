using Bridge.Abstractions;
using Bridge.Plugin.Sms.Webhook;

namespace Bridge.Plugin.Sms.Ways;

/// <summary>What several ways mean together.</summary>
internal static class WayChecks
{
    private const string Single = "driver.";

    public static IEnumerable<OptionProblem> Of(SmsOptions options)
    {
        if (options.Driver is null && options.Drivers.Count == 0)
        {
            yield return new("driver", "there is no way to the network", "write 'driver', or 'drivers' with several in the order of preference");
        }

        if (options.Driver is not null && options.Drivers.Count > 0)
        {
            yield return new("drivers", "'driver' is written, too", "write one of the two: 'drivers' alone, with all of the ways");
        }

        if (options.Driver?.Limits is not null)
        {
            yield return new("driver.limits", "where there is one way its limits are those of the endpoint",
                "write 'limits' beside 'driver', not in it");
        }

        foreach (var (place, limits) in options.Drivers.Select((driver, place) => (place, driver.Limits)))
        {
            if (limits?.PerDay is < 1)
            {
                yield return new($"drivers[{place}].limits.per_day", "out of range", "write a number from 1 on, or remove the way");
            }
        }

        foreach (var way in options.Driver is null ? WayOptions.AllOf(options) : [])
        {
            if (Earlier(way, other => other.Name == way.Name))
            {
                yield return new($"drivers[{way.Place}]", "the same way stands there twice", "remove one of the two");
            }
            else if (IsCalled(way.Driver) && Earlier(way, other => other.Driver.Kind == way.Driver.Kind && IsCalled(other.Driver)))
            {
                yield return new(
                    $"drivers[{way.Place}]", $"two ways of kind '{KindOptions.NameOf(way.Driver.Kind)}' that are both called cannot be told apart",
                    "make two endpoints of them, or remove 'callback' and 'secret' from one: it sends all the same");
            }
            else if (IsTakenForKannel(way.Driver) && options.Drivers.Any(other => other.Kind == DriverKind.Kannel && IsCalled(other)))
            {
                yield return new($"drivers[{way.Place}].receive.auth.name", "Kannel's calls bear that, too", "give the parameter another name, such as token");
            }
        }
    }

    /// <summary>Calls that bear what another network's bear, too, cannot be told from those.</summary>
    private static bool IsTakenForKannel(DriverOptions driver) =>
        driver.Receive?.Auth is { By: WebhookProof.Parameter, Name: "secret" or "sign" };

    /// <summary>A problem of one way, at its place.</summary>
    public static OptionProblem At(WayOptions way, OptionProblem problem) => way.Place is { } place && problem.Option.StartsWith(Single, StringComparison.Ordinal)
        ? problem with { Option = $"drivers[{place}].{problem.Option[Single.Length..]}" }
        : problem;

    private static bool IsCalled(DriverOptions driver) => driver.Callback is not null || driver.Secret is not null;

    private static bool Earlier(WayOptions way, Func<WayOptions, bool> isSuch) => WayOptions.AllOf(way.Endpoint).Take(way.Place ?? 0).Any(isSuch);
}
