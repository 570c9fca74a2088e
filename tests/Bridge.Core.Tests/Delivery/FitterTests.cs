using System.Reflection;
using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class FitterTests
{
    private static readonly EndpointCapabilities s_sms = new() { Sends = EventFeature.Text, Resend = new ResendClass.Unsafe(), MaxTextLength = 20 };
    private static readonly EndpointCapabilities s_all = new() { Sends = (EventFeature)32767, Resend = new ResendClass.Harmless() };
    private static readonly EndpointCapabilities s_data = new() { Sends = EventFeature.Data, Resend = new ResendClass.Harmless() };
    private static readonly NativeId s_target = new("m1");
    private static readonly Address s_person = new(new EndpointId("far"), "anna");

    [Fact]
    public void Every_kind_of_event_is_fitted_to_every_address_and_survives_the_codec()
    {
        var kinds = typeof(BridgeEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(BridgeEvent)) && !type.IsAbstract).ToList();
        Assert.True(kinds.Count >= 9);
        foreach (var sample in kinds.Select(kind => (BridgeEvent)Sample(kind)))
        {
            foreach (var capabilities in new[] { s_sms, s_all, s_data })
            {
                var fitted = Fitter.Fit(sample, capabilities);
                Assert.True(fitted.Parts.Count > 0 || fitted.Why is not null);
                Assert.All(fitted.Parts, part => Assert.True(Carries(capabilities, part), $"{sample.GetType().Name} became {part.GetType().Name}"));
                var progress = new DeliveryProgress { Plan = [sample, .. fitted.Parts] };
                Assert.Equal(progress, SealedJson.Read<DeliveryProgress>(SealedJson.Write(progress)));
            }

            var arrival = new Arrival(default, new Inbound { Address = new Address(new EndpointId("a"), "b"), Event = sample }, default, Origin.Network);
            Assert.Equal(sample, SealedJson.Read<Arrival>(SealedJson.Write(arrival)).Inbound.Event);
        }
    }

    [Fact]
    public void An_address_that_carries_everything_gets_events_as_they_are()
    {
        Assert.Equal([new MessageEdited(s_target, new MessageText("new"))], Fitter.Fit(new MessageEdited(s_target, new MessageText("new")), s_all).Parts);
        Assert.Equal([new MessageDeleted(s_target)], Fitter.Fit(new MessageDeleted(s_target), s_all).Parts);
    }

    [Fact]
    public void What_a_text_address_cannot_carry_becomes_a_line()
    {
        Assert.Equal(["(edited) new"], Texts(new MessageEdited(s_target, new MessageText("new"))));
        Assert.Equal(["(deleted)"], Texts(new MessageDeleted(s_target)));
        Assert.Equal(["(reacted +1)"], Texts(new ReactionChanged(s_target, new MessageText("+1"))));
        Assert.Equal(["(took back +1)"], Texts(new ReactionChanged(s_target, new MessageText("+1"), Removed: true)));
        Assert.Equal(["geo:52.5,13.4"], Texts(new MessagePosted([new LocationPart(52.5, 13.4)])));
        Assert.Equal(["(contact: Al, +49)"], Texts(new MessagePosted([new ContactPart(new MessageText("Al"), new MessageText("+49"))])));
    }

    [Fact]
    public void A_text_and_its_lines_go_out_as_one_message() =>
        Assert.Equal(["look\ngeo:1,2"], Texts(new MessagePosted([new TextPart(new MessageText("look")), new LocationPart(1, 2)])));

    [Fact]
    public void Parts_that_the_address_carries_go_out_one_by_one()
    {
        var file = new AttachmentPart(new MessageText("a"), "b", 1) { Blob = new BlobId("blob") };
        var fitted = Fitter.Fit(new MessagePosted([new TextPart(new MessageText("look")), file]), s_all);
        Assert.Equal([MessagePosted.Of("look"), new MessagePosted([file])], fitted.Parts);
    }

    [Fact]
    public void A_message_to_a_data_address_stays_a_message() =>
        Assert.Equal([MessagePosted.Of("hello")], Fitter.Fit(MessagePosted.Of("hello"), s_data).Parts);

    [Fact]
    public void Data_to_an_address_without_data_is_a_dead_letter_but_a_typing_notice_is_not()
    {
        Assert.True(Fitter.Fit(new DataReported(Payload.FromText("x")), s_sms) is { Parts.Count: 0, Matters: true });
        Assert.True(Fitter.Fit(new TypingChanged(true), s_sms) is { Parts.Count: 0, Matters: false });
    }

    [Fact]
    public void A_long_text_is_split_between_words() =>
        Assert.Equal(["the quick brown fox ", "jumps over the lazy ", "dog"], Texts(MessagePosted.Of("the quick brown fox jumps over the lazy dog")));

    [Fact]
    public void An_edit_that_became_too_long_edits_and_goes_on()
    {
        var fitted = Fitter.Fit(new MessageEdited(s_target, new MessageText("the quick brown fox jumps")), s_all with { MaxTextLength = 20 });
        Assert.Equal([new MessageEdited(s_target, new MessageText("the quick brown fox ")), MessagePosted.Of("jumps")], fitted.Parts);
    }

    [Fact]
    public void Splitting_then_joining_is_identity_and_every_piece_fits()
    {
        var random = new Random(3);
        string[] atoms = ["a", " ", "\n", "wort", "ä", "e\u0301", "👍", "👨‍👩‍👧‍👦", "🇩🇪", "日本", "\u0301", "\ud83d"];
        for (var run = 0; run < 2_000; run++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 80)).Select(_ => atoms[random.Next(atoms.Length)]));
            var limit = random.Next(1, 40);
            var pieces = TextSplitter.Split(text, limit);
            Assert.Equal(text, string.Concat(pieces));
            Assert.All(pieces, piece => Assert.InRange(piece.Length, 0, Math.Max(2, limit)));
            Assert.All(pieces.Skip(1), piece => Assert.False(char.IsLowSurrogate(piece[0])));
        }
    }

    [Fact]
    public void A_grapheme_that_fits_is_not_torn() =>
        Assert.Equal(["aaaaaa", "👨‍👩‍👧‍👦b"], TextSplitter.Split("aaaaaa👨‍👩‍👧‍👦b", 14));

    [Fact]
    public void A_huge_text_without_spaces_is_split_in_time_linear_in_its_length() =>
        Assert.Equal(6_250, TextSplitter.Split(new string('x', 1_000_000), 160).Count);

    private static IEnumerable<string> Texts(BridgeEvent content) =>
        Fitter.Fit(content, s_sms).Parts.Select(part => ((TextPart)((MessagePosted)part).Parts.Single()).Text.Value);

    private static bool Carries(EndpointCapabilities capabilities, BridgeEvent part) =>
        (part.Needs & ~capabilities.Sends) == EventFeature.None || (part is MessagePosted { Parts: [TextPart] } && capabilities == s_data);

    /// <summary>A record of any kind, every constructor parameter filled in: a kind added later is met here.</summary>
    private static object Sample(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(Argument)]);
    }

    private static object? Argument(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        object value = type switch
        {
            _ when type == typeof(string) => "word",
            _ when type == typeof(int) => 3,
            _ when type == typeof(bool) => true,
            _ when type == typeof(NativeId) => s_target,
            _ when type == typeof(MessageText) => new MessageText("some text of a few words"),
            _ when type == typeof(Payload) => Payload.FromText("{}"),
            _ when type == typeof(DeliveryKey) => new DeliveryKey("k"),
            _ when type == typeof(DeliveryOutcome) => DeliveryOutcome.Read,
            _ when type == typeof(Address) => s_person,
            _ when type == typeof(EquatableArray<Address>) => (EquatableArray<Address>)[s_person],
            _ when type == typeof(EquatableArray<NativeId>) => (EquatableArray<NativeId>)[s_target],
            _ when type == typeof(EquatableArray<Property>) => (EquatableArray<Property>)[new Property("a", "b")],
            _ when type == typeof(EquatableArray<MessagePart>) => (EquatableArray<MessagePart>)
            [
                new TextPart(new MessageText("some text")), new AttachmentPart(new MessageText("a"), "b", 1),
                new LocationPart(1.5, -2), new ContactPart(new MessageText("a"), new MessageText("b")),
            ],
            _ => throw new NotSupportedException($"say what a {type.Name} looks like"),
        };
        return value;
    }
}
