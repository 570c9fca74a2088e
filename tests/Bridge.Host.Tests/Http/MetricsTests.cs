using System.Text.RegularExpressions;
using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Storage;
using Bridge.Host.Metrics;
using Bridge.Host.Tests.Architecture;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using EventId = Bridge.Abstractions.EventId;

namespace Bridge.Host.Tests.Http;

public sealed partial class MetricsTests
{
    [Fact]
    public void What_is_special_in_the_format_is_escaped()
    {
        var family = MetricFamily.Gauge("a_metric", "one\nline, a \\ and \"quotes\"", Sample.Of(1.5, ("label", "a \"b\" \\ c\nd"), ("other", "ä")), Sample.Of(0));
        Assert.Equal(
            "# HELP a_metric one\\nline, a \\\\ and \"quotes\"\n# TYPE a_metric gauge\na_metric{label=\"a \\\"b\\\" \\\\ c\\nd\",other=\"ä\"} 1.5\na_metric 0\n",
            PrometheusText.Of([family]));
    }

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(1e21, "1E+21")]
    [InlineData(12345678901234, "12345678901234")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NaN, "NaN")]
    public void A_number_reads_back_as_itself(double value, string text) => Assert.Equal(text, PrometheusText.Number(value));

    [Fact]
    public void A_metric_without_samples_is_left_out() => Assert.Empty(PrometheusText.Of([MetricFamily.Gauge("a", "b")]));

    [Fact]
    public void Every_counter_of_the_code_has_words_and_label_names()
    {
        var counted = Repository.SourceFiles("src/Bridge.Core/Telemetry").SelectMany(file => Counted().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value);
        Assert.Empty(counted.Except(CounterFacts.All.Select(fact => fact.Name)));
        Assert.Empty(CounterFacts.All.CountBy(fact => fact.Name).Where(count => count.Value > 1).Select(count => count.Key));
    }

    [Fact]
    public void A_label_with_more_values_than_a_scrape_should_carry_ends_in_other()
    {
        var totals = Enumerable.Range(1, 300).ToDictionary(route => ("routing.memory_full", $"route-{route:000}"), _ => 2L);
        var family = Assert.Single(CounterFamilies.Of(totals));
        Assert.Equal(CounterFamilies.MostSamples + 1, family.Samples.Count);
        Assert.Equal(600, family.Samples.Sum(sample => sample.Value));
        Assert.Equal(("route", "other"), family.Samples[^1].Labels.Single());
    }

    [Fact]
    public void An_endpoint_that_makes_up_reasons_gets_a_few_and_then_other()
    {
        using var telemetry = new Telemetry(NullLogger<Telemetry>.Instance);
        var drops = telemetry.DropsOf(new EndpointId("home"));
        for (var packet = 0; packet < 1_000; packet++)
        {
            drops.Dropped($"packet {packet} is odd");
        }

        drops.Dropped(new string('x', 200));
        var samples = CounterFamilies.Of(telemetry.Totals).Single().Samples;
        Assert.Equal(41, samples.Count);
        Assert.Equal(1_001, samples.Sum(sample => sample.Value));
        Assert.Contains(samples, sample => sample is { Value: 961, Labels: [("endpoint", "home"), ("reason", "other reasons")] });
    }

    [Fact]
    public void A_time_falls_into_the_buckets_at_and_above_it()
    {
        using var telemetry = new Telemetry(NullLogger<Telemetry>.Instance);
        using var times = new TimeHistograms(telemetry);
        Delivered(telemetry, TimeSpan.FromMilliseconds(1));
        Delivered(telemetry, TimeSpan.FromHours(2));
        var text = PrometheusText.Of(times.Families);
        Assert.Contains("bridge_delivery_time_seconds_bucket{endpoint=\"home\",le=\"0.0005\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("bridge_delivery_time_seconds_bucket{endpoint=\"home\",le=\"0.001\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("bridge_delivery_time_seconds_bucket{endpoint=\"home\",le=\"3600\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("bridge_delivery_time_seconds_bucket{endpoint=\"home\",le=\"+Inf\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("bridge_delivery_time_seconds_sum{endpoint=\"home\"} 7200.001\n", text, StringComparison.Ordinal);
        Assert.Contains("bridge_delivery_time_seconds_count{endpoint=\"home\"} 2\n", text, StringComparison.Ordinal);
    }

    private static void Delivered(Telemetry telemetry, TimeSpan time) =>
        telemetry.DeliveryEnded(new EndpointId("home"), new DeliveryId(1), EventId.New(TimeProvider.System), DeliveryState.Delivered, through: true, time);

    [GeneratedRegex("Count\\(\"([a-z_.]+)\"")]
    private static partial Regex Counted();
}
