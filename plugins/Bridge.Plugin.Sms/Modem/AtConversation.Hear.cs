using System.Threading.Channels;

namespace Bridge.Plugin.Sms.Modem;

/// <content>Tells what belongs to the command from what the modem says unasked.</content>
internal sealed partial class AtConversation
{
    private const int MostUnsolicited = 10_000;
    private const int LongestText = 1_000; // several times what a network may say at once
    private static readonly string[] s_withMessage = ["+CMGL:", "+CMGR:", "+CMT:", "+CDS:"];
    private static readonly string[] s_unsolicited = ["+CMTI", "+CDSI", "+CMT", "+CDS", "+CUSD"];

    private readonly AtLines _cutter = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<Unsolicited> _unsolicited = Channel.CreateBounded<Unsolicited>(
        new BoundedChannelOptions(MostUnsolicited) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private string? _headline;
    private string? _unfinished;

    /// <summary>What it says unasked. What is too much is dropped: a sweep of its store finds it.</summary>
    public ChannelReader<Unsolicited> Unsolicited => _unsolicited.Reader;

    /// <summary>Fails with an <see cref="IOException"/> when the modem is gone.</summary>
    public Task Ended => _ended.Task;

    private void Read()
    {
        Span<byte> buffer = stackalloc byte[1_024];
        Exception why;
        try
        {
            int count;
            while ((count = _port.Read(buffer)) > 0)
            {
                foreach (var line in _cutter.Take(buffer[..count]))
                {
                    Hear(line);
                }
            }

            why = new IOException("the modem was left");
        }
        catch (Exception failure)
        {
            why = failure as IOException ?? new IOException("the modem could not be heard any more", failure);
        }

        End(why);
    }

    private void End(Exception why)
    {
        Exchange? current;
        Exchange? overdue;
        lock (_gate)
        {
            _ended.TrySetException(why);
            _ = _ended.Task.Exception;
            (current, overdue) = (_current, _overdue);
        }

        current?.Fail(why);
        overdue?.Fail(why);
        _unsolicited.Writer.TryComplete();
    }

    private void Hear(string line)
    {
        lock (_gate)
        {
            if (_unfinished is not null || UssdAnswer.IsUnfinished(line))
            {
                Continue(line);
            }
            else if (_headline is { } headline && line.Length > 2 && line.All(char.IsAsciiHexDigit))
            {
                _headline = null;
                Say(new AtLine(headline, line));
            }
            else if (s_withMessage.Any(kind => line.StartsWith(kind, StringComparison.Ordinal)))
            {
                _headline = line;
            }
            else
            {
                Say(new AtLine(line, null));
            }
        }
    }

    /// <summary>A text of the network's with several lines: whatever they are, they are no results.</summary>
    private void Continue(string line)
    {
        var said = _unfinished is null ? line : $"{_unfinished}\n{line}";
        _unfinished = UssdAnswer.IsUnfinished(said) && said.Length < LongestText ? said : null;
        if (_unfinished is null)
        {
            Say(new AtLine(said, null));
        }
    }

    private void Say(AtLine line)
    {
        if (line.Text == "OK")
        {
            Ends(null);
        }
        else if (AtError.TryRead(line.Text) is { } error)
        {
            Ends(error);
        }
        else if (line.Text == AtLines.Prompt)
        {
            _current?.Prompt();
        }
        else if (_current?.Awaits(line.Text) == true)
        {
            _current.Add(line);
        }
        else if (s_unsolicited.FirstOrDefault(kind => line.Text.StartsWith(kind + ":", StringComparison.Ordinal)) is { } kind)
        {
            _unsolicited.Writer.TryWrite(new Unsolicited(kind, line));
        }
        else if (_overdue?.Awaits(line.Text) == true)
        {
            _overdue.Add(line);
        }
    }

    /// <summary>A result belongs to what waits for one the longest; that all is well says nothing where the line before it is missing.</summary>
    private void Ends(AtError? error)
    {
        _headline = _headline?.StartsWith("+CMG", StringComparison.Ordinal) == true ? null : _headline; // an empty place in its store
        if (_overdue is { } overdue && _current?.MayEnd != true)
        {
            if (error is not null || overdue.HasSaidEnough)
            {
                _overdue = null;
                overdue.End(overdue.HasSaidEnough ? null : error);
            }
        }
        else if (_current is { MayEnd: true } current)
        {
            _current = null;
            current.End(error);
        }
    }
}
