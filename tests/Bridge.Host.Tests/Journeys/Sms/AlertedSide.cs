using System.Text;
using Bridge.Testing.Sms.Kannel;
using Bridge.Testing.Sms.Modem;
using Bridge.Testing.Sms.Phone;
using Bridge.Testing.Sms.Smpp;
using Bridge.Testing.Sms.Twilio;
using Bridge.Testing.Sms.Webhook;
using Xunit;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>What a driver talks to, as an alert needs it: it takes a message, and reports that a phone has it. Kannel is the real one.</summary>
/// <param name="Driver">Its options.</param>
/// <param name="Texts">What it got.</param>
/// <param name="Report">Reports on the first message, where that is not done by itself.</param>
/// <param name="Peer">To be ended.</param>
internal sealed record AlertedSide(string Driver, Func<IReadOnlyList<string>> Texts, Action Report, IAsyncDisposable Peer) : IAsyncDisposable
{
    public static async Task<AlertedSide> StartAsync(string driver, Uri endpoint) => driver switch
    {
        "kannel" => await AtKannelAsync(endpoint),
        "smpp" => AtCentre(SmscDouble.Start()),
        "at-modem" => AtModem(),
        "android-sms-gateway" => AtPhone(await PhoneDouble.StartAsync()),
        "webhook" => AtService(await WebhookDouble.StartAsync(new VonageShape()), endpoint),
        _ => AtTwilio(await TwilioDouble.StartAsync(), endpoint),
    };

    public ValueTask DisposeAsync() => Peer.DisposeAsync();

    private static async Task<AlertedSide> AtKannelAsync(Uri endpoint)
    {
        Assert.SkipUnless(KannelPeer.IsInstalled, "Kannel is not installed (Debian: kannel, kannel-extras)");
        const string Secret = "canary-secret";
        var kannel = await KannelPeer.StartAsync($"post-url = \"{endpoint}/message?id=%I&from=%p&to=%P&time=%T&secret={Secret}\"");
        await kannel.CentreAsync("+4915100000012 12345 text hello");
        var driver = $"kind: kannel, url: \"{kannel.Url}\", username: bridge, password: {KannelDouble.Password}, "
            + $"secret: {Secret}, callback: \"{endpoint}\"";
        return new AlertedSide(driver, () => kannel.Got(Encoding.UTF8), () => { }, kannel);
    }

    private static AlertedSide AtCentre(SmscDouble centre) => new(
        $"kind: smpp, url: \"{centre.Url}\", username: bridge, password: {SmscDouble.Password}",
        () => centre.Messages, () => centre.Bring(SmscDouble.Report("1")), centre);

    private static AlertedSide AtModem()
    {
        var network = new ModemNetwork();
        var modem = network.Add("+4915100000000");
        return new AlertedSide($"kind: at-modem, port: {modem.Device.FullName}", () => network.Texts, () => { }, new Ended(network));
    }

    private static AlertedSide AtPhone(PhoneDouble phone) => new(
        $"kind: android-sms-gateway, url: \"{phone.Url}\", username: {PhoneDouble.Username}, password: {PhoneDouble.Password}, poll: 1s",
        () => [.. phone.All.Select(taken => taken.Text)], () => phone.Move(phone.All[0].Id, "Delivered"), phone);

    private static AlertedSide AtTwilio(TwilioDouble twilio, Uri endpoint) => new(
        $"kind: twilio, url: \"{twilio.Url}\", username: {TwilioDouble.Account}, password: {TwilioCalls.Token}, callback: \"{endpoint}\"",
        () => [.. twilio.All.Select(taken => taken.Text)],
        () => twilio.Calls.Tell(twilio.All[0].Callback!, TwilioCalls.Status(twilio.All[0], "delivered")), twilio);

    private static AlertedSide AtService(WebhookDouble service, Uri endpoint) => new(
        $"kind: webhook, url: \"{service.Url}\", username: {ServiceShape.Username}, password: {ServiceShape.Password}, "
        + $"secret: {ServiceShape.Secret}, numbers: digits, "
        + "send: { json: { channel: sms, message_type: text, to: \"{to}\", from: \"{from}\", text: \"{text}\", client_ref: \"{id}\" } }, "
        + "receive: { auth: { by: jwt }, report: { our_id: client_ref, state: status } }",
        () => [.. service.All.Select(taken => taken.Text)], () => service.Report(endpoint, service.All[0]), service);

    private sealed class Ended(IDisposable peer) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            peer.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
