using System.Globalization;
using Bridge.Plugin.Sms.Codec.Transfer;

namespace Bridge.Testing.Sms.Modem;

/// <summary>One modem: answers AT commands as the sticks of several makers do, with the ugly parts on demand.</summary>
internal sealed partial class ModemDouble : IDisposable
{
    private const char Escape = '\u001b';
    private const char EndOfMessage = '\u001a';
    private readonly Lock _gate; // the network's: what one modem says, another hears
    private readonly ModemNetwork _network;
    private readonly string _path;
    private readonly List<string> _commands = [];
    private readonly SortedDictionary<int, (int State, string Hex)> _store = [];
    private Pty? _port;
    private string _input = "";
    private int? _awaited;
    private bool _hasEcho = true;
    private byte _reference;
    private string _announcements = "";

    public ModemDouble(ModemNetwork network, string number, string path)
    {
        (_gate, _network, Number, _path) = (network.Gate, network, number, path);
        Plug();
    }

    public string Number { get; }

    public FileInfo Device => new(_path);

    /// <summary>Every command so far, in order.</summary>
    public List<string> Commands
    {
        get
        {
            lock (_gate)
            {
                return [.. _commands];
            }
        }
    }

    /// <summary>Answers to the next messages, in the place of <c>+CMGS</c>.</summary>
    public Queue<string> Errors { get; } = [];

    /// <summary>What CREG answers.</summary>
    public int Registration { get; set; } = 1;

    /// <summary>
    /// What the network says to a code that is dialled, as the modem writes it behind <c>+CUSD:</c>; empty for nothing, null where the modem takes no such code.
    /// </summary>
    public Func<string, string?> Dialled { get; set; } = _ => null;

    /// <summary>Says what the network says before it says that it asked.</summary>
    public bool SpeaksFirst { get; set; }

    /// <summary>The PIN the SIM card wants; null for none.</summary>
    public string? Pin { get; set; }

    /// <summary>Parameters of CNMI that it knows; the others are errors.</summary>
    public Func<string, bool> Knows { get; set; } = _ => true;

    /// <summary>Said in the middle of every answer.</summary>
    public string Interjection { get; set; } = "";

    /// <summary>Called with a message that was handed over, before it is answered; true: the double does nothing more with it.</summary>
    public Func<Tpdu.Submit, bool> Instead { get; set; } = _ => false;

    /// <summary>False: it comes no further. Of what comes in, the text is not read.</summary>
    public Func<SmsPassage, bool> OnPassage { get; set; } = _ => true;

    /// <summary>Announces nothing, as after a glitch.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>The next acknowledgement comes too late for it: it hands over no reports until it is asked anew.</summary>
    public bool IsImpatient { get; set; }

    /// <summary>Its SIM card takes no PIN the first time.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Deletes nothing.</summary>
    public bool IsStubborn { get; set; }

    public int Stored
    {
        get
        {
            lock (_gate)
            {
                return _store.Count;
            }
        }
    }

    public void Plug()
    {
        lock (_gate)
        {
            (_input, _awaited, _hasEcho, _announcements) = ("", null, true, "");
            _port = new Pty(Hear);
            File.Delete(_path);
            File.CreateSymbolicLink(_path, _port.Path);
        }
    }

    public void Unplug()
    {
        Pty? port;
        lock (_gate)
        {
            (port, _port) = (_port, null);
            File.Delete(_path);
        }

        port?.Dispose();
    }

    public void Dispose() => Unplug();

    /// <summary>Says this as it stands.</summary>
    public void Say(string text) => _port?.Write(text);

    /// <summary>Answers a message that <see cref="Instead"/> took.</summary>
    public void Answer(Tpdu.Submit submit)
    {
        lock (_gate)
        {
            _network.Take(submit);
            Line($"+CMGS: {++_reference}");
            Line("OK"); // whole: no modem says this in the middle of another answer
            _network.Carry(this, _reference, submit);
        }
    }

    public void Receive(string hex)
    {
        lock (_gate)
        {
            var place = Enumerable.Range(1, 255).First(free => !_store.ContainsKey(free));
            _store[place] = (0, hex);
            if (!IsQuiet && _announcements is ['1' or '2' or '3', ',', '1', ..])
            {
                Line($"+CMTI: \"ME\",{place}");
            }
        }
    }

    public void Report(string hex)
    {
        lock (_gate)
        {
            switch (_announcements.Split(',').ElementAtOrDefault(3))
            {
                case "1":
                    Line($"+CDS: {(hex.Length / 2) - 8}\r\n{hex}");
                    break;
                case "2":
                    var place = Enumerable.Range(1, 255).First(free => !_store.ContainsKey(free));
                    _store[place] = (0, hex);
                    Line($"+CDSI: \"ME\",{place}");
                    break;
            }
        }
    }

    private void Hear(byte[] octets)
    {
        lock (_gate)
        {
            foreach (var sign in octets.Select(octet => (char)octet))
            {
                Hear(sign);
            }
        }
    }

    private void Hear(char sign)
    {
        if (_hasEcho && sign >= ' ')
        {
            Say(sign.ToString());
        }

        if (sign == Escape)
        {
            var wasAsking = _awaited is not null;
            (_input, _awaited) = ("", null);
            if (wasAsking)
            {
                Line("OK");
            }
        }
        else if (_awaited is { } length && sign == EndOfMessage)
        {
            var hex = _input;
            (_input, _awaited) = ("", null);
            TakeMessage(hex, length);
        }
        else if (_awaited is null && sign == '\r')
        {
            var command = _input;
            _input = "";
            _commands.Add(command);
            Do(command);
        }
        else
        {
            _input += sign;
        }
    }

    private void TakeMessage(string hex, int length)
    {
        var submit = TpduMirror.ReadSubmit(hex);
        if (Instead(submit))
        {
            return;
        }

        if (hex.Length / 2 != length + 1 + int.Parse(hex[..2], NumberStyles.HexNumber))
        {
            Line("+CMS ERROR: 304");
        }
        else if (Errors.TryDequeue(out var error))
        {
            Line(error);
        }
        else
        {
            Pass(submit, ModemNetwork.PartOf(submit));
        }
    }

    private void Pass(Tpdu.Submit submit, SmsPart part)
    {
        if (!OnPassage(new(SmsMoment.Arriving, part)))
        {
            return;
        }

        _network.Take(submit);
        if (!OnPassage(new(SmsMoment.Taken, part)))
        {
            return;
        }

        Line($"+CMGS: {++_reference}");
        Say(Interjection);
        Line("OK");
        OnPassage(new(SmsMoment.Answered, part));
        _network.Carry(this, _reference, submit);
    }

    private void Line(string line) => Say($"\r\n{line}\r\n");
}
