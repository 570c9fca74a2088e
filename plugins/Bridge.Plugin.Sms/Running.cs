using Bridge.Abstractions;
using Bridge.Plugin.Sms.Receiving;
using Bridge.Plugin.Sms.Ways;

namespace Bridge.Plugin.Sms;

/// <summary>What one way works with during one run of the endpoint.</summary>
internal sealed class Running(Way way, Hearing hearing, IInbox inbox) : IDisposable
{
    public IInbox Inbox => inbox;

    public Reception Reception { get; } = new(hearing, way.Options);

    public ReportDesk Reports { get; } = new(way.Context, inbox);

    public void Dispose() => Reports.Dispose();
}
