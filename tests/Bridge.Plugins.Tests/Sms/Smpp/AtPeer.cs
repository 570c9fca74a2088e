using Bridge.Plugin.Sms;

namespace Bridge.Plugins.Tests.Sms.Smpp;

/// <summary>The endpoint at an SMS centre of another make.</summary>
internal sealed class AtPeer : HostedSms
{
    private AtPeer(PeerCentre peer, SmsOptions options)
        : base(options, null) => Peer = peer;

    public PeerCentre Peer { get; }

    /// <param name="peer">Disposed with this.</param>
    /// <param name="tls">Null without.</param>
    /// <param name="change">Of the options.</param>
    public static async Task<AtPeer> StartAsync(PeerCentre peer, SmppTlsOptions? tls = null, Func<SmsOptions, SmsOptions>? change = null)
    {
        var options = RunningSmpp.OptionsFor(new Uri(tls is null ? $"smpp://127.0.0.1:{peer.Port}" : $"smpps://localhost:{peer.Port}"));
        options = options with { Driver = options.Driver! with { MessageIds = SmppMessageIds.HexInAnswers, Tls = tls } };
        var at = new AtPeer(peer, change?.Invoke(options) ?? options);
        await at.BeginAsync();
        return at;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Peer.DisposeAsync();
    }
}
