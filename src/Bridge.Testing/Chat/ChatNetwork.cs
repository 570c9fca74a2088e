using System.Globalization;
using System.Net.Sockets;

namespace Bridge.Testing.Chat;

/// <summary>
/// A chat network in this process, spoken to over a local socket: people, conversations, messages with names, edits, reactions, deletes, receipts, typing, files
/// and history. What it carries can be set, and how it answers can be scripted, send by send.
/// </summary>
public sealed class ChatNetwork : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _folder = Directory.CreateTempSubdirectory("chat-").FullName;
    private readonly List<ChatEvent> _log = [];
    private readonly List<ChatSession> _sessions = [];
    private readonly Dictionary<string, ChatConversation> _conversations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _openings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemoryStream> _files = new(StringComparer.Ordinal);
    private readonly List<(string Key, ChatEvent Event)> _sends = [];
    private readonly List<ChatOpening> _asked = [];
    private readonly Task _accepting;
    private TaskCompletionSource _changed = NewSource();
    private ChatRules _rules;
    private long _number;

    public ChatNetwork(ChatRules? rules = null)
    {
        _rules = rules ?? ChatRules.All;
        Socket = Path.Combine(_folder, "chat.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(Socket));
        _listener.Listen();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens: the option <c>socket</c>.</summary>
    public string Socket { get; }

    /// <summary>What it carries; told to everybody who is connected at once.</summary>
    public ChatRules Rules
    {
        get => Volatile.Read(ref _rules);
        set => Change(() =>
        {
            _rules = value;
            _sessions.ForEach(session => session.Push(new ChatLine { Rules = value }));
        });
    }

    /// <summary>What it does with each send: the event and how often its key came before.</summary>
    public Func<ChatEvent, int, ChatPlan> OnSend { get; set; } = (_, _) => ChatPlan.Take;

    /// <summary>What it does with each wish for a conversation.</summary>
    public Func<ChatOpening, ChatPlan> OnOpen { get; set; } = _ => ChatPlan.Take;

    /// <summary>Told of each piece of a file that is asked for, by its offset.</summary>
    public Action<long> OnDownload { get; set; } = _ => { };

    /// <summary>Whether an account hears what it sent itself.</summary>
    public bool Echoes { get; set; } = true;

    /// <summary>Whether it knows what was sent under a key, when it is asked.</summary>
    public bool CanFind { get; set; } = true;

    /// <summary>Every send with its key, repeats included, in order.</summary>
    public IReadOnlyList<(string Key, ChatEvent Event)> Sends => Read(() => _sends.ToList());

    /// <summary>Every wish for a conversation, repeats included.</summary>
    public IReadOnlyList<ChatOpening> Openings => Read(() => _asked.ToList());

    /// <summary>All conversations.</summary>
    public IReadOnlyList<ChatConversation> Conversations => Read(() => _conversations.Values.ToList());

    public int Connected => Read(() => _sessions.Count);

    /// <summary>The messages of one conversation, as they are now.</summary>
    public IReadOnlyList<ChatMessage> In(string conversation) => Read(() => ConversationOf(conversation).Messages.ToList());

    /// <summary>Their texts.</summary>
    public IReadOnlyList<string> TextsIn(string conversation) => Read(() => ConversationOf(conversation).Messages.Select(message => message.Text).ToList());

    public ChatConversation ConversationNamed(string id) => Read(() => ConversationOf(id));

    /// <summary>A person says something; gives the message's name.</summary>
    public string Says(string conversation, string from, string text, Func<ChatEvent, ChatEvent>? with = null) =>
        Happens((with ?? (said => said))(new ChatEvent { Conversation = conversation, Kind = ChatKind.Message, From = from, FromName = from, Text = text }));

    /// <summary>A person does something to an earlier message.</summary>
    public string Does(ChatKind kind, string conversation, string from, string? target = null, string? text = null) =>
        Happens(new ChatEvent { Conversation = conversation, Kind = kind, From = from, FromName = from, Target = target, Text = text });

    /// <summary>A person sends a file.</summary>
    public string SendsFile(string conversation, string from, ChatFile file, byte[] bytes)
    {
        PutFile(file.Id, 0, bytes);
        return Happens(new ChatEvent { Conversation = conversation, Kind = ChatKind.Message, From = from, FromName = from, File = file });
    }

    /// <summary>Anything; gives its name.</summary>
    public string Happens(ChatEvent what) => Locked(() => Publish(what, account: ""));

    /// <summary>The bytes of a file that was sent.</summary>
    public byte[] File(string id) => Read(() => _files[id].ToArray());

    /// <summary>Forgets which keys it has seen, as after a restart of the network.</summary>
    public void ForgetKeys() => Change(_keys.Clear);

    /// <summary>Breaks every connection.</summary>
    public void Drop() => Read(() => _sessions.ToList()).ForEach(session => session.Break());

    /// <summary>Waits until something is so; asked again at every change.</summary>
    public async Task UntilAsync(Func<ChatNetwork, bool> isSo, TimeSpan? patience = null)
    {
        using var late = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(30), TimeProvider.System);
        while (true)
        {
            var changed = Read(() => _changed.Task);
            if (isSo(this))
            {
                return;
            }

            await changed.WaitAsync(late.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var session in Read(() => _sessions.ToList()))
        {
            session.Break();
            await session.Ended;
        }

        Directory.Delete(_folder, recursive: true);
    }

    internal void Joins(ChatSession session, long after) => Change(() =>
    {
        _sessions.Add(session);
        foreach (var missed in _log.Where(missed => missed.Number > after && Hears(session, missed)))
        {
            session.Push(new ChatLine { Event = missed });
        }
    });

    internal void Leaves(ChatSession session) => Change(() => _sessions.Remove(session));

    /// <summary>Takes one send, unless the plan says otherwise. A repeated key is the same message, where the network drops repeats.</summary>
    public (ChatPlan Plan, ChatAnswer Answer) Take(string account, string key, ChatEvent what) => Locked(() =>
    {
        var plan = OnSend(what, _sends.Count(send => send.Key == key));
        _sends.Add((key, what));
        if (!plan.Takes)
        {
            return (plan, plan.Instead ?? new ChatAnswer("uncertain"));
        }

        if (!_keys.TryGetValue(key, out var id) || Rules.Resend != "keyed")
        {
            id = _keys[key] = Publish(what with { From = what.From ?? account }, account);
        }

        return (plan, plan.Instead ?? new ChatAnswer("delivered") { Ids = [id] });
    });

    public ChatAnswer Find(string key) => Read(() =>
        !CanFind ? new ChatAnswer("unknown") : new ChatAnswer("delivered") { Ids = _keys.TryGetValue(key, out var id) ? [id] : [] });

    /// <summary>Makes a conversation, or finds the one that the same key made.</summary>
    public (ChatPlan Plan, ChatAnswer Answer) Open(ChatOpening opening) => Locked(() =>
    {
        var plan = OnOpen(opening);
        _asked.Add(opening);
        if (!plan.Takes)
        {
            return (plan, plan.Instead ?? new ChatAnswer("uncertain"));
        }

        if (!_openings.TryGetValue(opening.Key, out var id))
        {
            id = _openings[opening.Key] = string.Create(CultureInfo.InvariantCulture, $"room{_openings.Count + 1}");
            var made = ConversationOf(id);
            (made.Name, made.IsDirect, made.Invited) = (opening.Name, opening.IsDirect, opening.Invite);
        }

        return (plan, plan.Instead ?? new ChatAnswer("delivered") { Ids = [id] });
    });

    internal IReadOnlyList<ChatEvent> Latest(string conversation, int most) =>
        Read(() => ConversationOf(conversation).Messages.TakeLast(most).Select(message => message.Said).ToList());

    internal void PutFile(string id, long at, byte[] bytes) => Read(() =>
    {
        var file = at == 0 ? _files[id] = new MemoryStream() : _files[id];
        file.Position = at;
        file.Write(bytes);
        return 0;
    });

    internal byte[]? ReadFile(string id, long at, int most)
    {
        OnDownload(at);
        return Read(() => _files.TryGetValue(id, out var file) ? file.GetBuffer()[(int)at..(int)Math.Min(file.Length, at + most)] : null);
    }

    private string Publish(ChatEvent what, string account)
    {
        var isKept = what.Kind is not (ChatKind.Typing or ChatKind.TypingEnded);
        var conversation = ConversationOf(what.Conversation);
        var known = what with
        {
            Number = isKept ? ++_number : 0,
            Id = isKept ? what.Id ?? string.Create(CultureInfo.InvariantCulture, $"m{_number}") : null,
            At = TimeProvider.System.GetUtcNow(),
            Account = account,
            Manner = _rules.Marks ? what.Manner : default,
            Hops = _rules.Marks ? what.Hops : 0,
            Title = conversation.Name,
            IsDirect = conversation.IsDirect,
        };
        conversation.Apply(known);
        if (isKept)
        {
            _log.Add(known);
        }

        foreach (var session in _sessions.Where(session => Hears(session, known)))
        {
            session.Push(new ChatLine { Event = known });
        }

        return known.Id ?? "";
    }

    // Nobody but its author is told what became of a message, neither at once nor after a time away.
    private bool Hears(ChatSession session, ChatEvent what) =>
        (Echoes || session.Account != what.Account) && what.Kind is not (ChatKind.Failed or ChatKind.Succeeded);

    private ChatConversation ConversationOf(string id)
    {
        if (!_conversations.TryGetValue(id, out var conversation))
        {
            _conversations[id] = conversation = new ChatConversation(id);
        }

        return conversation;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = new ChatSession(this, await _listener.AcceptAsync());
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private T Read<T>(Func<T> query)
    {
        lock (_lock)
        {
            return query();
        }
    }

    private T Locked<T>(Func<T> change)
    {
        TaskCompletionSource changed;
        T result;
        lock (_lock)
        {
            result = change();
            (changed, _changed) = (_changed, NewSource());
        }

        changed.SetResult();
        return result;
    }

    private void Change(Action change) => Locked(() =>
    {
        change();
        return 0;
    });

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
