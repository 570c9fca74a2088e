using Bridge.Plugin.Sms;
using Bridge.Plugins.Tests.Sms.Kannel;
using Bridge.Plugins.Tests.Sms.Smpp;

namespace Bridge.Plugins.Tests.Sms.Ways;

/// <summary>The endpoint at two doubles: an SMS centre, and Kannel where that is away.</summary>
internal sealed class RunningWays : HostedSms
{
    private RunningWays(SmscDouble centre, KannelDouble kannel, SmsOptions options)
        : base(options, null) => (Centre, Kannel) = (centre, kannel);

    public SmscDouble Centre { get; }

    public KannelDouble Kannel { get; }

    /// <param name="change">Of what is configured.</param>
    /// <param name="before">What is so when the endpoint starts.</param>
    public static async Task<RunningWays> StartAsync(Func<SmsOptions, SmsOptions>? change = null, Action<SmscDouble, KannelDouble>? before = null)
    {
        var (centre, kannel) = (SmscDouble.Start(), await KannelDouble.StartAsync());
        var options = OptionsFor(centre, kannel);
        before?.Invoke(centre, kannel);
        var running = new RunningWays(centre, kannel, change?.Invoke(options) ?? options);
        await running.BeginAsync();
        await running.UntilAsync(() => running.Failures.Count > 0 || running.Endpoint.Ways.All(way => way.IsOpen || way.IsAway));
        return running;
    }

    public static SmsOptions OptionsFor(SmscDouble centre, KannelDouble kannel) => RunningSms.OptionsFor(kannel) with
    {
        Driver = null,
        Drivers = [RunningSmpp.OptionsFor(centre.Url).Driver!, RunningSms.OptionsFor(kannel).Driver!],
    };

    /// <summary>The SMS centre goes away, and that is known: of Kannel something else may be known before.</summary>
    public async Task LoseCentreAsync()
    {
        Centre.Close();
        await UntilAsync(() => Impairment?.Contains("away: smpp (", StringComparison.Ordinal) == true);
    }

    /// <summary>It comes back, and that is known.</summary>
    public async Task FindCentreAsync()
    {
        Centre.Open();
        await UntilAsync(() => Impairment is null);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Centre.DisposeAsync();
        await Kannel.DisposeAsync();
    }
}
