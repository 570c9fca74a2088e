using Bridge.Abstractions;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class RelationTests
{
    private static readonly NativeId s_source = new("src-1");
    private static readonly EndpointCapabilities s_chat = new()
    {
        Sends = EventFeature.Text | EventFeature.Edit | EventFeature.Delete | EventFeature.Reaction | EventFeature.Reply,
        Resend = new ResendClass.Keyed(TimeSpan.FromMinutes(30)),
    };

    [Fact]
    public async Task Edits_deletes_and_reactions_speak_the_destinations_language()
    {
        await using var rig = Chat();
        await rig.StartAsync();
        await rig.ForwardsAsync(MessagePosted.Of("hello"), s_source);
        await rig.ForwardsAsync(new ReactionChanged(s_source, new MessageText("+1")));
        await rig.SettleAsync();
        await rig.ForwardsAsync(new MessageEdited(s_source, new MessageText("hullo")));
        await rig.SettleAsync();
        await rig.ForwardsAsync(new MessageDeleted(s_source));
        await rig.SettleAsync();
        Assert.Equal(["hello", "react id-hello: +1", "edit id-hello: hullo", "delete id-hello"], rig.SentTexts);
    }

    [Fact]
    public async Task An_answer_names_the_message_it_answers_as_the_destination_does()
    {
        await using var rig = Chat();
        await rig.StartAsync();
        await rig.ForwardsAsync(MessagePosted.Of("question"), s_source);
        await rig.ForwardsAsync(MessagePosted.Of("answer"), replyTo: s_source);
        await rig.SettleAsync();
        Assert.Equal(new NativeId("id-question"), rig.Endpoint.Sent[1].ReplyTo);
    }

    [Fact]
    public async Task Where_no_answers_are_known_the_first_words_of_what_is_answered_stand_before_it()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = new() { Sends = EventFeature.Text, Resend = new ResendClass.Harmless() } });
        await rig.StartAsync();
        await rig.ForwardsAsync(MessagePosted.Of("> older\nWhere are you?\nI am here."), s_source);
        await rig.ForwardsAsync(MessagePosted.Of("at home"), replyTo: s_source, with: owed => owed with { Label = "Anna: " });
        await rig.ForwardsAsync(new ReactionChanged(s_source, new MessageText("+1")));
        await rig.SettleAsync();
        Assert.Equal(["> older\nWhere are you?\nI am here.", "> Where are you?\nAnna: at home", "> Where are you?\n(reacted +1)"], rig.SentTexts);
        Assert.All(rig.Endpoint.Sent, sent => Assert.Null(sent.ReplyTo));
    }

    [Fact]
    public async Task An_answer_to_what_a_rule_wrote_quotes_the_rules_words()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = new() { Sends = EventFeature.Text, Resend = new ResendClass.Harmless() } });
        await rig.StartAsync();
        var alert = await rig.OwesAsync("Water leak in the kitchen");
        await rig.SettleAsync();
        var row = await rig.RowAsync(alert);
        var far = new Address(new EndpointId("far"), "chat");
        await rig.Writer.WriteAsync([new StoreChange.ClaimNative(new NativeClaim(NativeIndex.Of(rig.Sealer, far, s_source), row.Event, alert, 0))]);
        await rig.ForwardsAsync(MessagePosted.Of("on it"), to: "ben", replyTo: s_source);
        await rig.SettleAsync();
        Assert.Equal("> Water leak in the kitchen\non it", rig.SentTexts.Last());
    }

    [Fact]
    public async Task A_failure_told_as_a_text_says_of_which_message()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = new() { Sends = EventFeature.Text, Resend = new ResendClass.Harmless() } });
        await rig.StartAsync();
        var failed = rig.Arrived(MessagePosted.Of("are you there?"), s_source);
        var here = new Address(DeliveryRig.Net, "room");
        rig.Make(failed with { Inbound = failed.Inbound with { Address = here } }, content => content, "elsewhere", critical: false, out var changes);
        await rig.Writer.WriteAsync(changes);
        await rig.ForwardsAsync(new OutcomeTold(s_source, DeliveryOutcome.Failed, "no such number"), with: content => content with { Source = null });
        await rig.SettleAsync();
        Assert.Equal(["> are you there?\n(not delivered: no such number)"], rig.SentTexts);
    }

    [Fact]
    public async Task A_relation_to_what_came_from_the_destination_itself_uses_its_own_name()
    {
        await using var rig = Chat();
        await rig.StartAsync();
        var room = new Address(DeliveryRig.Net, "room");
        var original = rig.Arrived(MessagePosted.Of("from the room"), new NativeId("room-7"));
        original = original with { Inbound = original.Inbound with { Address = room } };
        rig.Make(original, c => c, "room", false, out var changes);
        var far = new Address(new EndpointId("far"), "chat");
        changes.RemoveAll(change => change is StoreChange.AddDelivery);
        changes.Add(new StoreChange.ClaimNative(new NativeClaim(NativeIndex.Of(rig.Sealer, far, new NativeId("far-9")), original.Id, new DeliveryId(999), 0)));
        await rig.Writer.WriteAsync(changes);
        await rig.ForwardsAsync(new ReactionChanged(new NativeId("far-9"), new MessageText("ok")));
        await rig.SettleAsync();
        Assert.Equal(["react room-7: ok"], rig.SentTexts);
    }

    [Fact]
    public async Task An_edit_of_a_message_not_yet_handed_over_folds_into_it()
    {
        await using var rig = Chat();
        rig.Disconnect();
        await rig.StartAsync();
        var message = await rig.ForwardsAsync(MessagePosted.Of("helo"), s_source);
        var first = await rig.ForwardsAsync(new MessageEdited(s_source, new MessageText("hallo"), 1));
        var second = await rig.ForwardsAsync(new MessageEdited(s_source, new MessageText("hello"), 2));
        rig.Connect();
        await rig.SettleAsync();
        Assert.Equal(["hello"], rig.SentTexts);
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(message));
        Assert.Equal(DeliveryState.Superseded, await rig.StateAsync(first));
        Assert.Equal(DeliveryState.Superseded, await rig.StateAsync(second));
    }

    [Fact]
    public async Task A_new_caption_of_a_file_not_yet_handed_over_folds_into_it()
    {
        await using var rig = Chat();
        rig.Disconnect();
        await rig.StartAsync();
        var file = new AttachmentPart(new MessageText("a.png"), "image/png", 3) { Caption = new MessageText("lok") };
        await rig.ForwardsAsync(new MessagePosted([file]), s_source);
        await rig.ForwardsAsync(new MessageEdited(s_source, new MessageText("look")));
        rig.Connect();
        await rig.SettleAsync();
        var said = Assert.Single(rig.SentTexts);
        Assert.Contains("a.png", said, StringComparison.Ordinal);
        Assert.Contains("look", said, StringComparison.Ordinal);
        Assert.DoesNotContain("lok", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delete_cancels_a_message_not_yet_handed_over()
    {
        await using var rig = Chat();
        rig.Disconnect();
        await rig.StartAsync();
        var message = await rig.ForwardsAsync(MessagePosted.Of("oops"), s_source);
        var delete = await rig.ForwardsAsync(new MessageDeleted(s_source));
        var other = await rig.ForwardsAsync(MessagePosted.Of("other"));
        rig.Connect();
        await rig.SettleAsync();
        Assert.Equal(["other"], rig.SentTexts);
        Assert.Equal(DeliveryState.Cancelled, await rig.StateAsync(message));
        Assert.Equal(DeliveryState.Cancelled, await rig.StateAsync(delete));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(other));
    }

    [Fact]
    public async Task An_edit_waits_for_a_message_in_flight()
    {
        await using var rig = Chat();
        rig.Endpoint.Holding = true;
        await rig.StartAsync();
        await rig.ForwardsAsync(MessagePosted.Of("hello"), s_source);
        await rig.SettleAsync();
        await rig.ForwardsAsync(new MessageEdited(s_source, new MessageText("hullo")));
        await rig.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["hello"], rig.SentTexts);
        rig.Endpoint.Holding = false;
        rig.Endpoint.Held[0].Answer(new SendResult.Delivered([new NativeId("late")]));
        await rig.SettleAsync();
        Assert.Equal(["hello", "edit late: hullo"], rig.SentTexts);
    }

    [Fact]
    public async Task A_relation_to_a_message_that_failed_is_refused()
    {
        await using var rig = Chat();
        rig.Endpoint.Answer = _ => new SendResult.Refused("no");
        await rig.StartAsync();
        await rig.ForwardsAsync(MessagePosted.Of("hello"), s_source);
        await rig.SettleAsync();
        var edit = await rig.ForwardsAsync(new MessageEdited(s_source, new MessageText("hullo")));
        Assert.Equal(DeliveryState.Failed, await rig.StateAsync(edit));
        Assert.Equal("target not delivered", (await rig.ProgressAsync(edit)).Reason);
        Assert.Equal(["hello"], rig.SentTexts);
    }

    [Fact]
    public async Task A_relation_without_a_known_target_goes_out_on_its_own()
    {
        await using var rig = Chat();
        await rig.StartAsync();
        await rig.ForwardsAsync(new MessageEdited(new NativeId("nobody"), new MessageText("hullo")));
        await rig.SettleAsync();
        Assert.Equal(["(edited) hullo"], rig.SentTexts);
    }

    [Fact]
    public async Task A_target_whose_record_cannot_be_opened_any_more_holds_nothing_up()
    {
        await using var rig = Chat();
        await rig.StartAsync();
        var target = await rig.RowAsync(await rig.ForwardsAsync(MessagePosted.Of("hello"), s_source));
        rig.Keys.Destroy([Sealer.KeyIdOf(target.Progress)]);
        await rig.ForwardsAsync(MessagePosted.Of("hello too"), replyTo: s_source);
        await rig.ForwardsAsync(new MessageEdited(s_source, new MessageText("hullo")));
        await rig.ForwardsAsync(MessagePosted.Of("next"));
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["hello", "> hello\nhello too", "> hello\n(edited) hullo", "next"], rig.SentTexts);
    }

    [Fact]
    public async Task Ids_of_what_was_sent_are_claimed_so_that_its_echo_is_known()
    {
        await using var rig = Chat();
        await rig.StartAsync();
        var id = await rig.ForwardsAsync(MessagePosted.Of("hello"), s_source);
        await rig.RowAsync(id);
        var claim = await rig.Store.FindNativeAsync(
            NativeIndex.Of(rig.Sealer, new Address(DeliveryRig.Net, "room"), new NativeId("id-hello")), CancellationToken.None);
        Assert.Equal(id, claim!.Delivery);
    }

    [Fact]
    public async Task Ids_of_what_was_sent_are_told_so_that_what_waits_for_them_goes_on()
    {
        await using var rig = Chat();
        await rig.StartAsync();
        await rig.RowAsync(await rig.ForwardsAsync(MessagePosted.Of("hello"), s_source));
        var native = NativeIndex.Of(rig.Sealer, new Address(DeliveryRig.Net, "room"), new NativeId("id-hello"));
        Assert.Contains(rig.Claims, claim => claim.Id == native);
        Assert.NotNull(await rig.Store.FindNativeAsync(native, CancellationToken.None));
    }

    private static DeliveryRig Chat()
    {
        var endpoint = new FakeEndpoint { Capabilities = s_chat, Answer = o => new SendResult.Delivered([new NativeId("id-" + DeliveryRig.TextOf(o))]) };
        return new DeliveryRig(endpoint);
    }
}
