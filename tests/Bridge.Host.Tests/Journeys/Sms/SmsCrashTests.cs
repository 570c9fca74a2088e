using System.Text.Json;
using Bridge.Testing.Sms;
using Xunit;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>
/// A daemon that is killed between a room and a network of short messages. None of these networks drops a repeat: what was being handed over is
/// uncertain, told and never sent again by itself; everything else comes once.
/// </summary>
public sealed class SmsCrashTests(ITestOutputHelper output)
{
    private static readonly SmsAim[] s_aims =
    [
        new(SmsMoment.Taken), new(SmsMoment.Answered), new(SmsMoment.Acknowledged, IsHeard: true), new(SmsMoment.Arriving),
        new(SmsMoment.Acknowledged), new(SmsMoment.Taken, Sequence: 2),
    ];

    [Fact]
    public Task Between_a_room_and_an_SMS_centre_nothing_is_lost_or_doubled_but_what_is_brought_again_without_a_name() => ProveAsync("smpp", s_aims);

    [Fact]
    public Task Between_a_room_and_Kannel_nothing_is_lost_or_doubled() => ProveAsync("kannel", s_aims);

    [Fact]
    public Task Between_a_room_and_a_modem_nothing_is_lost_or_doubled() => ProveAsync("at-modem", [.. s_aims, new(SmsMoment.Announced)]);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("smpp", 411)]
    [InlineData("kannel", 412)]
    [InlineData("at-modem", 413)]
    public Task Nothing_is_lost_or_doubled_in_100_kills_but_what_is_brought_again_without_a_name(string driver, int seed)
    {
        var random = new Random(seed);
        output.WriteLine($"seed {seed}");
        return ProveAsync(driver, [.. Enumerable.Range(0, 100).Select(_ => SmsAim.Of(random))], random);
    }

    private async Task ProveAsync(string driver, SmsAim[] aims, Random? random = null)
    {
        await using var kills = await SmsKills.BeginAsync(driver);
        foreach (var aim in aims)
        {
            await kills.KillAsync(aim, life: random?.NextDouble() ?? 0);
        }

        var account = await kills.SettleAsync();
        output.WriteLine($"{aims.Length} kills, {kills.Talk.Count} messages, {account.Uncertain.Count} uncertain: {string.Join(", ", kills.Kills)}");
        Assert.True(account.ToString().Length == 0, account.ToString());
        Assert.InRange(account.Uncertain.Count, 1, aims.Length); // one lane, so one is under way at a time
        await IsShownAsync(kills.Daemon, account.Uncertain.Count);
    }

    /// <summary>Where an operator looks: what the room says, he sees. A report that comes later may have settled some.</summary>
    private static async Task IsShownAsync(MatrixProcess daemon, int told)
    {
        using var list = JsonDocument.Parse(await daemon.DoAsync("deliveries", "list", "--state", "uncertain", "--limit", "1000", "--json"));
        var uncertain = list.RootElement.GetArrayLength();
        Assert.InRange(uncertain, 1, told);
        Assert.Contains($"{uncertain} uncertain", await daemon.DoAsync("status"), StringComparison.Ordinal);
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(daemon.Metrics, TestContext.Current.CancellationToken);
        Assert.Contains($"bridge_deliveries{{state=\"uncertain\"}} {uncertain}\n", metrics, StringComparison.Ordinal);
        var trace = await daemon.DoAsync("trace", list.RootElement[0].GetProperty("delivery").ToString());
        Assert.Contains("interrupted while it was being handed over", trace, StringComparison.Ordinal);
    }
}
