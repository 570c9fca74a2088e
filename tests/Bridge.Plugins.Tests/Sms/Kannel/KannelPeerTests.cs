using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugins.Tests.Matrix;
using Bridge.Plugins.Tests.Mqtt;
using Bridge.Plugins.Tests.Sms.Smpp;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Kannel;

/// <summary>Through the real Kannel, both ways.</summary>
public sealed class KannelPeerTests
{
    private const string NotInstalled = "Kannel is not installed (Debian: kannel, kannel-extras)";

    public static TheoryData<string, bool, string> Texts { get; } = new()
    {
        { "short", false, "Grüße für 5 € {[~]}" },
        { "long Cyrillic", true, string.Concat(Enumerable.Repeat("Съешь же ещё этих мягких французских булок. ", 7)) },
        { "emoji across a boundary", true, new string('я', 66) + "😀" + new string('я', 66) + "😀👨‍👩‍👧‍👦 end" },
        { "euro signs", false, new string('€', 200) + "!" },
        { "mixed", true, string.Concat(Enumerable.Repeat("Preis: 5 €, цена: 5 € 😀 ", 12)) },
        { "spaces at the cut", false, new string('A', 152) + "   " + new string('B', 152) },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task A_text_arrives_intact_and_is_reported(string name, bool isUtf16, string text)
    {
        Assert.SkipUnless(KannelPeer.IsInstalled, NotInstalled);
        Assert.NotEmpty(name);
        await using var at = await AtKannel.StartAsync("post-url", "message?id=%I&from=%p&to=%P&time=%T");
        await at.Kannel.CentreAsync("+4915100000012 12345 text come");
        await at.UntilAsync(() => at.Heard<MessagePosted>().Count == 1);
        Assert.IsType<SendResult.Accepted>(await at.SendAsync(text));
        await at.UntilAsync(() => at.Heard<DeliveryReported>().Count == 1);
        Assert.Equal(DeliveryOutcome.Delivered, at.Heard<DeliveryReported>()[0].Outcome);
        string Got() => string.Concat(at.Kannel.Got(isUtf16 ? Encoding.BigEndianUnicode : Encoding.UTF8));
        await at.UntilAsync(() => Got().Length >= text.Length); // the report may be here before what fakesmsc printed is read
        Assert.Equal(text, Got());
    }

    [Theory]
    [InlineData("post-url", "message?id=%I&from=%p&to=%P&time=%T")]
    [InlineData("get-url", "message?id=%I&from=%p&to=%P&time=%T&text=%a&coding=%c&charset=%C&udh=%u")]
    public async Task A_message_is_heard(string kind, string url)
    {
        Assert.SkipUnless(KannelPeer.IsInstalled, NotInstalled);
        await using var at = await AtKannel.StartAsync(kind, url);
        await at.Kannel.CentreAsync("+4915100000012 12345 ucs2 %04%1F%04%40%D8%3D%DE%00");
        await at.UntilAsync(() => at.Heard<MessagePosted>().Count == 1);
        Assert.Equal(MessagePosted.Of("Пр😀"), at.Heard<MessagePosted>()[0]);
        var inbound = at.Memory.Snapshot(events => events[0]);
        Assert.Equal("+4915100000012", inbound.Address.Rest);
        Assert.NotNull(inbound.NativeId);
        Assert.NotNull(inbound.OccurredAt);
    }

    [Theory]
    [InlineData("post-url", "message?id=%I&from=%p&to=%P&time=%T")]
    [InlineData("get-url", "message?id=%I&from=%p&to=%P&time=%T&text=%a&coding=%c&charset=%C&udh=%u")]
    public async Task Parts_that_Kannel_does_not_join_are_joined(string kind, string url)
    {
        Assert.SkipUnless(KannelPeer.IsInstalled, NotInstalled);
        await using var at = await AtKannel.StartAsync(kind, url, joins: false);
        await at.Kannel.CentreAsync("+4915100000012 12345 udh-text %05%00%03%2A%02%02 part two");
        await at.UntilAsync(() => at.Memory.State.Count == 1);
        Assert.Empty(at.Heard<MessagePosted>());
        await at.Kannel.CentreAsync("+4915100000012 12345 udh-text %05%00%03%2A%02%01 part one and ");
        await at.UntilAsync(() => at.Heard<MessagePosted>().Count == 1);
        Assert.StartsWith("part one and", ((TextPart)at.Heard<MessagePosted>()[0].Parts[0]).Text.Value, StringComparison.Ordinal);
        Assert.EndsWith("part two", ((TextPart)at.Heard<MessagePosted>()[0].Parts[0]).Text.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_brought_again_under_the_same_id()
    {
        Assert.SkipUnless(KannelPeer.IsInstalled, NotInstalled);
        await using var at = await AtKannel.StartAsync("post-url", "message?id=%I&from=%p&to=%P&time=%T");
        var failures = 0;
        at.Memory.BeforeCommit = _ => failures++ == 0 ? throw new IOException("the store failed") : Task.CompletedTask;
        await at.Kannel.CentreAsync("+4915100000012 12345 text once");
        await at.UntilAsync(() => at.Heard<MessagePosted>().Count == 1);
        Assert.Equal(2, failures);
    }

    [Theory]
    [InlineData("Alarm", 0xf0)]
    [InlineData("Тревога", 0x18)]
    public async Task What_is_urgent_and_shows_itself_at_once_reaches_the_SMS_centre_behind_Kannel_so(string text, int coding)
    {
        Assert.SkipUnless(KannelPeer.IsInstalled, NotInstalled);
        await using var centre = await PeerCentre.NodeAsync();
        await using var at = await AtKannel.StartAsync("post-url", "message?id=%I&from=%p&to=%P&time=%T", centre: centre.Port);
        Assert.IsType<SendResult.Accepted>(await at.SendAsync(text, Severity.Critical, isFlash: true));
        await at.UntilAsync(() => centre.Parts.Count == 1);
        var part = centre.Parts[0];
        Assert.Equal((text, coding, 3), ((string)part["text"]!, (int)part["coding"]!, (int)part["priority"]!));
    }

    private sealed class AtKannel(KannelPeer kannel, EndpointFront front, SmsEndpoint endpoint, HostMemory memory) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private Task _running = Task.CompletedTask;

        public KannelPeer Kannel => kannel;

        public HostMemory Memory => memory;

        public static async Task<AtKannel> StartAsync(string kind, string url, bool joins = true, int? centre = null)
        {
            var front = await EndpointFront.StartAsync("sms");
            var kannel = await KannelPeer.StartAsync($"{kind} = \"{front.Url}/{url}&secret={RunningSms.Secret}\"", joins, centre);
            var memory = new HostMemory();
            var endpoint = new SmsEndpoint(
                new EndpointContext
                {
                    Id = new EndpointId("sms"), Logger = NullLogger.Instance, Clock = TimeProvider.System, Random = new Random(1), State = memory, Window = 100, Drops = memory, Report = _ => { },
                },
                new SmsOptions
                {
                    Driver = new DriverOptions
                    {
                        Kind = DriverKind.Kannel, Url = kannel.Url, Username = "bridge", Password = new Secret(KannelPeer.Password), Secret = new Secret(RunningSms.Secret),
                        Callback = front.Url, Status = kannel.StatusUrl, StatusPassword = new Secret(KannelPeer.Password),
                    },
                });
            var at = new AtKannel(kannel, front, endpoint, memory);
            var inbox = new Inbox(memory);
            at._running = endpoint.RunAsync(inbox, at._stopping.Token);
            front.Endpoint = endpoint;
            await inbox.WhenConnected.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            return at;
        }

        public List<T> Heard<T>()
            where T : BridgeEvent => memory.Snapshot(events => events.Select(inbound => inbound.Event).OfType<T>().ToList());

        public async Task<SendResult> SendAsync(string text, Severity severity = Severity.Notice, bool isFlash = false) => await endpoint.SendAsync(
            new Outbound
            {
                Severity = severity, Options = isFlash ? [new Property("flash", "true")] : [],
                Key = new DeliveryKey("A-b_c0123456789"), Event = EventId.New(TimeProvider.System), To = new Address(new EndpointId("sms"), "+4915112345678"),
                Content = MessagePosted.Of(text), OccurredAt = TimeProvider.System.GetUtcNow(),
            },
            TestContext.Current.CancellationToken);

        public async Task UntilAsync(Func<bool> condition)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (!condition())
            {
                Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20), "it did not happen in time; the centre got: " + kannel.Got(Encoding.UTF8).Count + " parts");
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await _running.WaitAsync(TimeSpan.FromSeconds(6));
            await endpoint.DisposeAsync();
            await kannel.DisposeAsync();
            await front.DisposeAsync();
            _stopping.Dispose();
        }
    }

    private sealed class Inbox(HostMemory memory) : IInbox
    {
        private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task WhenConnected => _connected.Task;

        public void Connected() => _connected.TrySetResult();

        public ValueTask AcceptAsync(InboundBatch batch) => new(memory.CommitAsync(batch));
    }
}
