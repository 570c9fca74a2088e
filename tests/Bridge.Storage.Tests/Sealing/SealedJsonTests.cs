using System.Text;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;
using Bridge.Core.Sync;
using Xunit;

namespace Bridge.Storage.Tests.Sealing;

public sealed class SealedJsonTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 21, 12, 0, 0, TimeSpan.FromHours(1));
    private static readonly Address s_address = new(new EndpointId("home"), "zigbee2mqtt/küche/leak:1");

    private static readonly EquatableArray<TextNode> s_nodes =
    [
        new PlainNode(new MessageText("a")), new StyledNode(TextStyle.Bold, [new PlainNode(new MessageText("b"))]),
        new CodeNode(new MessageText("c"), IsBlock: true, "csharp"), new LinkNode(new MessageText("https://example.org"), [new PlainNode(new MessageText("d"))]),
        new QuoteNode([new PlainNode(new MessageText("e"))]), new ListNode(true, [new ListItemNode([new PlainNode(new MessageText("f"))])]),
        new MentionNode(new MessageText("@ada:example.org"), new MessageText("Ada")),
    ];

    public static TheoryData<BridgeEvent> Events =>
    [
        new MessagePosted([
            new TextPart(new MessageText("Grüße\n🙂 \"<&>\"")) { Format = s_nodes }, new AttachmentPart(new MessageText("a.jpg"), "image/jpeg", 1L << 40),
            new AttachmentPart(new MessageText("b.ogg"), "audio/ogg", 3)
            {
                Blob = new BlobId("b"), ShownAs = AttachmentKind.Voice, Caption = new MessageText("c"), Width = 1, Height = 2, Milliseconds = 3,
            },
            new LocationPart(52.52, 13.405), new ContactPart(new MessageText("Ada"), new MessageText("+4917012345")),
        ]) { Manner = MessageManner.Emote },
        new MessageEdited(new NativeId("$1"), new MessageText("new"), 3) { Format = s_nodes },
        new OutcomeTold(new NativeId("$1"), DeliveryOutcome.Failed, "no route"),
        new ConversationRequested([s_address, s_address with { Rest = "b" }]),
        new ConversationAnswered(s_address, s_address with { Rest = "b" }),
        new ConversationAnswered(s_address, At: null, new MessageText("no link")),
        new MessageDeleted(new NativeId("$1")),
        new ReactionChanged(new NativeId("$1"), new MessageText("👍"), Removed: true),
        new ReceiptReported(new NativeId("$1"), Read: true),
        new TypingChanged(true),
        new ConversationChanged(new MessageText("Kitchen")),
        new ConversationChanged((MessageText?)null),
        new DataReported(new Payload(new byte[] { 0, 255, 128, 10 }), "application/octet-stream", true, [new("a", "1"), new("a", "2")], [new("qos", "1")]),
        new DataReported(default),
        new DeliveryReported(new DeliveryKey("abc"), DeliveryOutcome.Failed, [new NativeId("x")], "no route"),
    ];

    [Theory]
    [MemberData(nameof(Events))]
    public void An_arrival_of_any_kind_reads_back_equal(BridgeEvent content)
    {
        var arrival = new Arrival(EventId.New(TimeProvider.System), new Inbound
        {
            Address = s_address, Event = content, NativeId = new NativeId("n"), Sender = new Sender("+49", "Ada", true) { Picture = new BlobId("p") }, OccurredAt = s_now,
            Conversation = new ConversationFacts(new MessageText("Kitchen"), true, new BlobId("k")),
            Expires = s_now, ReplyTo = new NativeId("r"), Thread = new NativeId("t"), Severity = Severity.Info, Hops = 3, Historic = true,
            Consent = new Consent(IsGiven: false, "why", "cure"), Answer = new MessageText("no more"),
        }, s_now, Origin.Cli);
        Assert.Equal(arrival, SealedJson.Read<Arrival>(SealedJson.Write(arrival)));
    }

    [Fact]
    public void Every_kind_of_event_and_part_is_tried_here()
    {
        var tried = Events.Select(row => row.Data).ToList();
        var kinds = typeof(BridgeEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(BridgeEvent)));
        var parts = typeof(BridgeEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(MessagePart)));
        Assert.Empty(kinds.Except(tried.Select(content => content.GetType())));
        var nodes = typeof(BridgeEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(TextNode)));
        Assert.Empty(nodes.Except(s_nodes.Select(node => node.GetType())));
        Assert.Empty(parts.Except(tried.OfType<MessagePosted>().SelectMany(posted => posted.Parts).Select(part => part.GetType())));
    }

    [Fact]
    public void A_bare_arrival_reads_back_equal()
    {
        var arrival = new Arrival(EventId.New(TimeProvider.System), new Inbound { Address = s_address, Event = MessagePosted.Of("") }, s_now, Origin.Network);
        Assert.Equal(arrival, SealedJson.Read<Arrival>(SealedJson.Write(arrival)));
    }

    [Fact]
    public void What_is_owed_reads_back_equal()
    {
        var content = new DeliveryContent
        {
            To = s_address, Route = "leak", Content = MessagePosted.Of("leak"), Severity = Severity.Info, Options = [new("retain", "true")],
            Expires = s_now, RetryUntil = s_now, RetryUncertain = true, Hold = "k", Source = s_address, Sender = new Sender("s"), OccurredAt = s_now, Hops = 1,
            IsLinked = true, IsAnswer = true, SenderHere = "here", Label = "s: ", MaxMedia = 5,
        };
        Assert.Equal(content, SealedJson.Read<DeliveryContent>(SealedJson.Write(content)));
        var forward = new DeliveryContent { To = s_address, Route = "forward", RetryUntil = s_now };
        Assert.Equal(forward, SealedJson.Read<DeliveryContent>(SealedJson.Write(forward)));
    }

    [Fact]
    public void Progress_reads_back_equal()
    {
        var progress = new DeliveryProgress
        {
            Reason = "refused", Cure = "ask", Plan = [MessagePosted.Of("1/2"), MessagePosted.Of("2/2")],
            Parts = [new PartResult(0, [new NativeId("a"), new NativeId("b")])], Steps = [new DeliveryStep(s_now, "sent")],
        };
        Assert.Equal(progress, SealedJson.Read<DeliveryProgress>(SealedJson.Write(progress)));
        Assert.Equal(new DeliveryProgress(), SealedJson.Read<DeliveryProgress>(SealedJson.Write(new DeliveryProgress())));
    }

    [Fact]
    public void A_decision_reads_back_with_its_reasons()
    {
        var decision = new Decision(
            [new RouteVerdict("leak", Verdict.CooledDown, "sent 2 minutes ago", ["missing: payload.x"]) { Problem = "p", Unbuilt = 2 }],
            [new PlannedDelivery(new DeliveryContent { To = s_address, Route = "leak", RetryUntil = s_now }, "matched")],
            [new MemoryChange(new MemoryKey("leak", "cooldown", "kitchen"), null)]) { AtCap = ["leak"] };
        var read = SealedJson.Read<Decision>(SealedJson.WriteReasons(decision));
        Assert.Equal(decision.Routes, read.Routes);
        Assert.Equal(decision.AtCap, read.AtCap);
        Assert.Empty(read.Deliveries);
        Assert.Empty(read.Memory);
    }

    [Fact]
    public void No_member_that_is_set_is_left_out()
    {
        var data = new DataReported(new Payload(new byte[] { 1 }), "t", true, [new("a", "1")], [new("qos", "1")]);
        var inbound = new Inbound
        {
            Address = s_address, Event = data, NativeId = new NativeId("n"), Id = EventId.New(TimeProvider.System), Sender = new Sender("+49", "Ada", true),
            Conversation = new ConversationFacts(new MessageText("Kitchen")), OccurredAt = s_now, Expires = s_now, ReplyTo = new NativeId("r"), Thread = new NativeId("t"), Severity = Severity.Info, Hops = 3, Historic = true,
            Consent = new Consent(IsGiven: false, "why", "cure"), Answer = new MessageText("no more"),
        };
        using var arrival = JsonDocument.Parse(SealedJson.Write(new Arrival(EventId.New(TimeProvider.System), inbound, s_now, Origin.Cli)));
        Assert.Equal(MembersOf<Arrival>(), Named(arrival.RootElement));
        Assert.Equal(MembersOf<Inbound>(), Named(arrival.RootElement.GetProperty("inbound")));
        Assert.Equal(MembersOf<DataReported>().Append("kind").Order(), Named(arrival.RootElement.GetProperty("inbound").GetProperty("event")));

        var owed = new DeliveryContent
        {
            To = s_address, Route = "leak", Content = data, Severity = Severity.Info, Options = [new("retain", "true")], Expires = s_now, RetryUntil = s_now,
            RetryUncertain = true, Hold = "k", Source = s_address, Sender = new Sender("s"), OccurredAt = s_now, Hops = 1,
            IsLinked = true, IsAnswer = true, SenderHere = "here", Label = "s: ", MaxMedia = 5,
        };
        using var content = JsonDocument.Parse(SealedJson.Write(owed));
        Assert.Equal(MembersOf<DeliveryContent>(), Named(content.RootElement));

        var verdict = new RouteVerdict("leak", Verdict.Sent, "b", ["n"]) { Problem = "p", Unbuilt = 2 };
        using var decision = JsonDocument.Parse(SealedJson.WriteReasons(new Decision([verdict], [], []) { AtCap = ["x"] }));
        Assert.Equal(MembersOf<Decision>(), Named(decision.RootElement));
        Assert.Equal(MembersOf<RouteVerdict>(), Named(decision.RootElement.GetProperty("routes")[0]));
    }

    [Fact]
    public void State_entries_read_back_with_their_keys()
    {
        var read = SealedJson.ReadState(SealedJson.Write(new StateChange("cursor", new byte[] { 1, 2, 3 })));
        Assert.Equal("cursor", read.Key);
        Assert.Equal([1, 2, 3], read.Value!.Value.ToArray());
        Assert.Equal(new StateChange("kü\"", Value: null), SealedJson.ReadState(SealedJson.Write(new StateChange("kü\"", Value: null))));
    }

    public static TheoryData<Remembered?> Memories =>
    [
        (Remembered?)null, new Open(s_now, new KeyedRule([], "w", Until: null, "k", Resolved: null), Severity.Info, []), new Portal("p", s_address, Near: null, Wish: null), new Portal("p", s_address, s_address with { Rest = "!room" }, Wish: null, Held: 2, s_now),
        new Portal("p", s_address, Near: null, new PortalWish(new MessageText("Ada"), new BlobId("b"), IsDirect: true, new Sender("+49"))),
    ];

    [Theory]
    [MemberData(nameof(Memories))]
    public void Entries_of_the_rules_memory_read_back_equal(Remembered? value)
    {
        var entry = new MemoryChange(new MemoryKey("leak", value is Portal ? MemoryKinds.Portal : MemoryKinds.Open, "kü\"che"), value);
        Assert.Equal(entry, SealedJson.ReadMemory(SealedJson.Write(entry)));
    }

    [Fact]
    public void What_a_newer_version_added_to_memory_and_state_is_passed_over()
    {
        var entry = SealedJson.ReadMemory(
            """{"new":{"a":[1]},"key":{"route":"r","new":[{}],"kind":"portal","key":"k"},"value":{"kind":"portal","new":{},"name":"n","far":"a:b"},"newer":null}"""u8);
        Assert.Equal(new MemoryChange(new MemoryKey("r", "portal", "k"), new Portal("n", new Address(new EndpointId("a"), "b"), Near: null, Wish: null)), entry);
        Assert.Equal("k", SealedJson.ReadState("""{"new":{"a":[1]},"key":"k"}"""u8).Key);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"key":1}""")]
    [InlineData("""{"key":"k","value":1}""")]
    [InlineData("""{"key":"k"} 1""")]
    [InlineData("""{"key":{"route":"r","kind":"portal"}}""")]
    [InlineData("""{"key":{"route":"r","kind":"portal","key":"k"},"value":[]}""")]
    [InlineData("""{"key":{"route":"r","kind":"portal","key":"k"},"value":{"held":"x"}}""")]
    public void What_is_no_entry_is_refused(string json)
    {
        Assert.Throws<SealException>(() => SealedJson.ReadMemory(Encoding.UTF8.GetBytes(json)));
        Assert.Throws<SealException>(() => SealedJson.ReadState(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void What_a_newer_version_added_is_passed_over()
    {
        var progress = SealedJson.Read<DeliveryProgress>("""{"reason":"x","later":{"a":[1]}}"""u8);
        Assert.Equal("x", progress.Reason);
    }

    [Fact]
    public void Damaged_json_is_refused_without_quoting_it()
    {
        var arrival = SealedJson.Write(new Arrival(
            EventId.New(TimeProvider.System), new Inbound { Address = s_address, Event = MessagePosted.Of("canary") }, s_now, Origin.Network));
        var portal = new Portal("canary", s_address, s_address, new PortalWish(new MessageText("canary"), Picture: null, IsDirect: true), Held: 2, s_now);
        var memory = SealedJson.Write(new MemoryChange(new MemoryKey("leak", MemoryKinds.Portal, "canary"), portal));
        var state = SealedJson.Write(new StateChange("canary", new byte[] { 1, 2, 3 }));
        Damage(arrival, damaged => SealedJson.Read<Arrival>(damaged));
        Damage(memory, damaged => SealedJson.ReadMemory(damaged));
        Damage(state, damaged => SealedJson.ReadState(damaged));
    }

    private static void Damage(byte[] written, Action<byte[]> read)
    {
        var random = new Random(3);
        for (var run = 0; run < 3_000; run++)
        {
            var damaged = written.ToArray();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                read(damaged[..random.Next(damaged.Length + 1)]);
            }
            catch (SealException refused)
            {
                Assert.DoesNotContain("canary", refused.ToString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Stored_names_are_for_ever()
    {
        var arrival = new Arrival(
            new EventId(Guid.Empty), new Inbound { Address = new Address(new EndpointId("home"), "a"), Event = MessagePosted.Of("hi") }, s_now, Origin.Network);
        Assert.Equal(
            """
            {"id":"00000000-0000-0000-0000-000000000000","inbound":{"address":"home:a","event":{"kind":"posted","parts":[{"kind":"text","text":"hi"}]},"hops":0},"receivedAt":"2026-11-21T12:00:00+01:00","origin":"Network"}
            """,
            Encoding.UTF8.GetString(SealedJson.Write(arrival)));
    }

    [Fact]
    public void What_later_versions_added_is_left_out_where_nobody_uses_it()
    {
        BridgeEvent[] plain =
        [
            MessagePosted.Of("hi"), new MessageEdited(new NativeId("$1"), new MessageText("new")),
            new MessagePosted([new AttachmentPart(new MessageText("a.jpg"), "image/jpeg", 1)]),
        ];
        foreach (var content in plain)
        {
            var written = Encoding.UTF8.GetString(SealedJson.Write(new Arrival(new EventId(Guid.Empty), new Inbound { Address = s_address, Event = content }, s_now, Origin.Network)));
            Assert.All(["manner", "format", "shownAs"], (string name) => Assert.DoesNotContain($"\"{name}\"", written, StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> MembersOf<T>() => typeof(T).GetProperties().Where(member => member.CanWrite).Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name)).Order();

    private static IEnumerable<string> Named(JsonElement record) => record.EnumerateObject().Select(member => member.Name).Order();
}
