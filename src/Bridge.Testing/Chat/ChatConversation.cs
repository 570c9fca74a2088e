namespace Bridge.Testing.Chat;

/// <summary>A conversation as its members see it.</summary>
public sealed class ChatConversation(string id)
{
    private readonly List<ChatMessage> _messages = [];

    public string Id { get; } = id;

    public string? Name { get; internal set; }

    public bool IsDirect { get; internal set; }

    /// <summary>Who was asked to come.</summary>
    public IReadOnlyList<string> Invited { get; internal set; } = [];

    /// <summary>Everything that was said, in order, with what became of it.</summary>
    public IReadOnlyList<ChatMessage> Messages => _messages;

    /// <summary>Who is typing now.</summary>
    public IReadOnlySet<string> Typing => _typing;

    private readonly HashSet<string> _typing = [];

    internal void Apply(ChatEvent what)
    {
        var from = what.From ?? "";
        switch (what.Kind)
        {
            case ChatKind.Message:
                _messages.Add(new ChatMessage(what));
                break;
            case ChatKind.Typing:
                _typing.Add(from);
                break;
            case ChatKind.TypingEnded:
                _typing.Remove(from);
                break;
            case ChatKind.Renamed:
                Name = what.Text;
                break;
            default:
                _messages.Find(message => message.Id == what.Target)?.Apply(what, from);
                break;
        }
    }
}

/// <summary>A message as people see it now.</summary>
public sealed class ChatMessage
{
    private readonly List<(string From, string Reaction)> _reactions = [];
    private readonly HashSet<string> _readBy = [];
    private readonly HashSet<string> _deliveredTo = [];

    internal ChatMessage(ChatEvent said) => (Said, Text) = (said, said.Text ?? "");

    /// <summary>As it was said at first.</summary>
    public ChatEvent Said { get; }

    public string Id => Said.Id!;

    public string Text { get; private set; }

    public System.Text.Json.Nodes.JsonArray? Format { get; private set; }

    public int Edits { get; private set; }

    public bool IsDeleted { get; private set; }

    public IReadOnlyList<(string From, string Reaction)> Reactions => _reactions;

    public IReadOnlySet<string> ReadBy => _readBy;

    public IReadOnlySet<string> DeliveredTo => _deliveredTo;

    /// <summary>What Bridge told beside it: <see cref="ChatKind.Failed"/> or <see cref="ChatKind.Succeeded"/>; null: nothing.</summary>
    public ChatEvent? Outcome { get; private set; }

    internal void Apply(ChatEvent what, string from)
    {
        switch (what.Kind)
        {
            case ChatKind.Edit:
                (Text, Format) = (what.Text ?? "", what.Format);
                Edits++;
                break;
            case ChatKind.Delete:
                IsDeleted = true;
                break;
            case ChatKind.Reaction:
                _reactions.Add((from, what.Text ?? ""));
                break;
            case ChatKind.Unreaction:
                _reactions.Remove((from, what.Text ?? ""));
                break;
            case ChatKind.Read:
                _readBy.Add(from);
                break;
            case ChatKind.Delivered:
                _deliveredTo.Add(from);
                break;
            default:
                Outcome = what;
                break;
        }
    }
}
