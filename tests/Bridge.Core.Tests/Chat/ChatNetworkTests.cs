using Bridge.Abstractions;
using Bridge.Testing.Chat;
using Xunit;

namespace Bridge.Core.Tests.Chat;

/// <summary>What a test can make the chat network do.</summary>
public sealed class ChatNetworkTests
{
    [Fact]
    public void Every_node_of_formatted_text_reads_back_equal()
    {
        EquatableArray<TextNode> plain = [new PlainNode(new MessageText("words"))];
        EquatableArray<TextNode> format =
        [
            .. plain, new StyledNode(TextStyle.Spoiler, plain), new CodeNode(new MessageText("x"), true, "c"), new CodeNode(new MessageText("y")),
            new LinkNode(new MessageText("https://a.example"), plain), new QuoteNode(plain), new ListNode(true, [new ListItemNode(plain), new ListItemNode(plain)]),
            new MentionNode(new MessageText("@a"), new MessageText("Ada")),
        ];
        Assert.Equal(format, ChatText.Read(ChatText.Write(format)));
        Assert.Empty(ChatText.Read(null));
    }

    [Fact]
    public async Task A_repeated_key_is_one_message_where_the_network_remembers_keys_and_two_where_it_does_not()
    {
        await using var network = new ChatNetwork();
        var said = new ChatEvent { Conversation = "room", Kind = ChatKind.Message, Text = "once" };
        var first = network.Take("bridge", "key", said).Answer.Ids;
        Assert.Equal(first, network.Take("bridge", "key", said).Answer.Ids);
        Assert.Equal(first, network.Find("key").Ids);
        Assert.Equal(["once"], network.TextsIn("room"));
        network.ForgetKeys();
        Assert.Empty(network.Find("key").Ids);
        network.Rules = ChatRules.TextOnly;
        network.Take("bridge", "key", said);
        network.Take("bridge", "key", said);
        Assert.Equal(["once", "once", "once"], network.TextsIn("room"));
    }

    [Fact]
    public async Task A_conversation_asked_for_twice_is_the_same_though_the_first_answer_was_lost()
    {
        await using var network = new ChatNetwork { OnOpen = _ => ChatPlan.LoseAnswer };
        var opening = new ChatOpening("key", "Ben (far)", true, ["anna"]);
        network.Open(opening);
        network.OnOpen = _ => ChatPlan.Take;
        var room = network.Open(opening).Answer.Ids.Single();
        Assert.Equal(("Ben (far)", true), (network.ConversationNamed(room).Name, network.ConversationNamed(room).IsDirect));
        Assert.Single(network.Conversations);
        Assert.Equal(2, network.Openings.Count);
    }

    [Fact]
    public async Task People_see_edits_reactions_receipts_and_deletes()
    {
        await using var network = new ChatNetwork();
        var id = network.Says("room", "ada", "helo");
        network.Does(ChatKind.Edit, "room", "ada", id, "hello");
        network.Does(ChatKind.Reaction, "room", "ben", id, "+1");
        network.Does(ChatKind.Reaction, "room", "ben", id, "-1");
        network.Does(ChatKind.Unreaction, "room", "ben", id, "-1");
        network.Does(ChatKind.Read, "room", "ben", id);
        network.Does(ChatKind.Typing, "room", "ben");
        var message = network.In("room").Single();
        Assert.Equal(("hello", 1, false), (message.Text, message.Edits, message.IsDeleted));
        Assert.Equal([("ben", "+1")], message.Reactions);
        Assert.Equal(["ben"], message.ReadBy);
        Assert.Equal(["ben"], network.ConversationNamed("room").Typing);
        network.Does(ChatKind.Delete, "room", "ada", id);
        Assert.True(message.IsDeleted);
    }
}
