using System.Net.Sockets;
using System.Threading.Channels;

namespace Bridge.Testing.Chat;

/// <summary>One connection of an endpoint, at the network's end. Requests are taken in the order in which they come, whenever they are answered.</summary>
internal sealed class ChatSession
{
    private readonly ChatNetwork _network;
    private readonly Socket _socket;
    private readonly Channel<ChatLine> _lines = Channel.CreateUnbounded<ChatLine>();

    public ChatSession(ChatNetwork network, Socket socket)
    {
        (_network, _socket) = (network, socket);
        Ended = Task.Run(RunAsync);
    }

    public Task Ended { get; }

    public string Account { get; private set; } = "";

    public void Push(ChatLine line) => _lines.Writer.TryWrite(line);

    public void Break() => _socket.Dispose();

    private async Task RunAsync()
    {
        using var stream = new NetworkStream(_socket, ownsSocket: true);
        var writing = WriteAsync(stream);
        try
        {
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync() is { } line)
            {
                Handle(ChatLine.Read(line));
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or System.Text.Json.JsonException)
        {
            // It has gone.
        }

        _network.Leaves(this);
        _lines.Writer.TryComplete();
        await writing;
    }

    private void Handle(ChatLine asked)
    {
        switch (asked.Do)
        {
            case "hello":
                Account = asked.Account!;
                Answer(asked, new ChatLine { Rules = _network.Rules });
                _network.Joins(this, asked.After);
                break;
            case "send":
                Answer(asked, _network.Take(Account, asked.Key!, asked.Event!));
                break;
            case "open":
                Answer(asked, _network.Open(asked.Opening!));
                break;
            case "find":
                Answer(asked, new ChatLine { Answer = _network.Find(asked.Key!) });
                break;
            case "history":
                Answer(asked, new ChatLine { Events = _network.Latest(asked.Name!, asked.Most) });
                break;
            case "upload":
                _network.PutFile(asked.Name!, asked.After, asked.Bytes!);
                Answer(asked, new ChatLine());
                break;
            default:
                Answer(asked, new ChatLine { Bytes = _network.ReadFile(asked.Name!, asked.After, asked.Most) });
                break;
        }
    }

    private void Answer(ChatLine asked, ChatLine answer) => Push(answer with { Number = asked.Number });

    private void Answer(ChatLine asked, (ChatPlan Plan, ChatAnswer Answer) planned)
    {
        if (planned.Plan.Breaks)
        {
            Break();
        }
        else if (planned.Plan.Answers)
        {
            _ = AnswerLaterAsync(asked, planned.Plan.Delay, planned.Answer);
        }
    }

    private async Task AnswerLaterAsync(ChatLine asked, Task delay, ChatAnswer answer)
    {
        await delay;
        Answer(asked, new ChatLine { Answer = answer });
    }

    private async Task WriteAsync(Stream stream)
    {
        try
        {
            await using var writer = new StreamWriter(stream, leaveOpen: true);
            await foreach (var line in _lines.Reader.ReadAllAsync())
            {
                await writer.WriteLineAsync(line.Write());
                await writer.FlushAsync();
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // It has gone.
        }
    }
}
