using System.Text.Json;
using Bridge.Core.Routing;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary>How times and deliveries are written for people.</summary>
internal static class Words
{
    /// <summary><c>1 route</c>, <c>2 routes</c>.</summary>
    public static string Count(int count, string thing) => $"{count} {thing}{(count == 1 ? "" : "s")}";

    public static string Time(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss");

    public static string Of(Verdict verdict) => JsonNamingPolicy.KebabCaseLower.ConvertName(verdict.ToString()).Replace('-', ' ');

    public static void Delivery(Output screen, DeliveryReport delivery)
    {
        screen.Line($"  delivery {delivery.Delivery} to {delivery.To} by {delivery.Route}: [bold]{delivery.State}[/]{Because(delivery)}");
        foreach (var step in delivery.Steps)
        {
            screen.Line($"    [dim]{Time(step.At)}[/] {step.What}");
        }
    }

    private static string Because(DeliveryReport delivery)
    {
        var attempts = delivery.Attempts > 1 ? $", {delivery.Attempts} attempts" : "";
        var reason = delivery.Reason is null ? "" : $", {delivery.Reason}";
        return attempts + reason + (delivery.Cure is null ? "" : $" ({delivery.Cure})");
    }
}
