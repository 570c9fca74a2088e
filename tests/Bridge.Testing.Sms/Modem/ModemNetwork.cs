using System.Collections.Concurrent;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Codec.Transfer;

namespace Bridge.Testing.Sms.Modem;

/// <summary>A mobile network of modems on pseudo-terminals: what one sends to another's number arrives there, and is reported on.</summary>
internal sealed class ModemNetwork : IDisposable
{
    private static readonly TpAddress s_centre = TpAddress.Of("+49171600000");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bridge-modem");
    private readonly List<ModemDouble> _modems = [];
    private readonly ConcurrentQueue<Tpdu.Submit> _taken = [];
    private int _seconds;

    public Lock Gate { get; } = new();

    /// <summary>Everything that was sent, in order.</summary>
    public IReadOnlyList<Tpdu.Submit> Taken => [.. _taken];

    /// <summary>TP-ST of the reports on what is sent to this number; null for none at all. Delivered, unless told otherwise.</summary>
    public Func<string, byte?> StatusOf { get; set; } = _ => 0x00;

    /// <summary>Whole texts, in the order in which their last parts came.</summary>
    public IReadOnlyList<string> Texts
    {
        get
        {
            var texts = new List<string>();
            var parts = new Dictionary<int, SortedDictionary<int, string>>();
            foreach (var submit in Taken)
            {
                var text = TextOf(submit);
                if (HeaderOf(submit)?.Concatenation is not { } of)
                {
                    texts.Add(text);
                    continue;
                }

                var message = parts.TryGetValue(of.Reference, out var begun) ? begun : parts[of.Reference] = [];
                message[of.Sequence] = text;
                if (message.Count == of.Total)
                {
                    texts.Add(string.Concat(message.Values));
                    parts.Remove(of.Reference);
                }
            }

            return texts;
        }
    }

    public IReadOnlyList<SmsPart> Parts => [.. Taken.Select(PartOf)];

    public static SmsPart PartOf(Tpdu.Submit submit) => SmsPart.Of(HeaderOf(submit), TextOf(submit));

    public ModemDouble Add(string number)
    {
        var modem = new ModemDouble(this, number, Path.Combine(_folder.FullName, "modem" + _modems.Count));
        lock (_modems)
        {
            _modems.Add(modem);
        }

        return modem;
    }

    /// <summary>Somebody sends this to a modem.</summary>
    public void Bring(ModemDouble to, string from, string text, UserDataHeader? header = null)
    {
        var septets = Gsm7Alphabet.Default.TryEncode(text);
        var content = new UserData(
            septets is null ? TextCoding.Utf16 : TextCoding.Gsm7,
            new((header ?? new UserDataHeader()).Encode()), new(septets ?? Utf16.Encode(text)));
        to.Receive(TpduMirror.Write(new Tpdu.Deliver(s_centre, TpAddress.Of(from), content) { At = NextTime() }));
    }

    /// <summary>A modem hands this over; it has not told its computer yet.</summary>
    public void Take(Tpdu.Submit submit) => _taken.Enqueue(submit);

    /// <summary>Brings what was taken to whom it is for. Its sender has been answered: a report comes after that.</summary>
    public void Carry(ModemDouble from, byte reference, Tpdu.Submit submit)
    {
        ModemDouble? to;
        lock (_modems)
        {
            to = _modems.Find(modem => modem.Number == submit.To.Number);
        }

        var sender = TpAddress.Of(from.Number);
        to?.Receive(TpduMirror.Write(new Tpdu.Deliver(s_centre, sender, submit.Content) { Scheme = submit.Scheme, At = NextTime() }));
        if (submit.AsksForReport && StatusOf(submit.To.Number) is { } status)
        {
            from.Report(TpduMirror.Write(new Tpdu.StatusReport(s_centre, reference, submit.To, status), NextTime(), NextTime()));
        }
    }

    public void Dispose()
    {
        foreach (var modem in _modems)
        {
            modem.Dispose();
        }

        _folder.Delete(true);
    }

    private static UserDataHeader? HeaderOf(Tpdu.Submit submit) => UserDataHeader.TryDecode(submit.Content.Header.Bytes.Span);

    private static string TextOf(Tpdu.Submit submit) => submit.Content.Coding == TextCoding.Utf16
        ? Utf16.Decode(submit.Content.Data.Bytes.Span)
        : SmsPart.AlphabetOf(HeaderOf(submit)).Decode(submit.Content.Data.Bytes.Span);

    private DateTimeOffset NextTime() =>
        new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.FromHours(1)).AddSeconds(Interlocked.Increment(ref _seconds));
}
