using System.Diagnostics;
using System.Text;
using Bridge.Plugin.Sms.Codec;

namespace Bridge.Plugins.Tests.Sms.Modem;

/// <summary>Another program at a modem of its own: it sends what it is told, and puts what comes into a folder.</summary>
internal abstract class PeerProgram : IAsyncDisposable
{
    private readonly Process _process;

    /// <param name="program">Its file.</param>
    /// <param name="arguments">FOLDER stands for the folder that is made for it, and so it does below.</param>
    /// <param name="configuration">What it reads, in FOLDER/conf.</param>
    /// <param name="folders">Made in it.</param>
    protected PeerProgram(string program, string[] arguments, string configuration, params string[] folders)
    {
        foreach (var folder in folders)
        {
            Folder.CreateSubdirectory(folder);
        }

        File.WriteAllText(Configuration, Placed(configuration));
        _process = Process.Start(new ProcessStartInfo(program, arguments.Select(Placed))
        {
            // Without a locale that knows every letter, gammu writes files that are cut.
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["LC_ALL"] = "C.UTF-8" },
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("bridge-peer");

    protected string Configuration => Path.Combine(Folder.FullName, "conf");

    /// <summary>What it wrote down, for a test that fails.</summary>
    public string Log => string.Concat(Folder.GetFiles("log*").Select(file => File.ReadAllText(file.FullName)));

    /// <summary>Every file it wrote, for a test that fails.</summary>
    public string Got => string.Join(
        '|', Folder.GetDirectories("in*").SelectMany(folder => folder.GetFiles()).Select(file => Convert.ToHexString(File.ReadAllBytes(file.FullName))));

    /// <summary>Whether these texts came, whole, and nothing else.</summary>
    public abstract bool Has(IReadOnlyList<string> texts);

    public abstract Task SendAsync(string to, string text);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Folder.Delete(true);
    }

    private string Placed(string text) => text.Replace("FOLDER", Folder.FullName, StringComparison.Ordinal);
}

/// <summary>gammu-smsd, with folders.</summary>
internal sealed class GammuProgram(ModemDouble modem) : PeerProgram(
    Program,
    ["-c", "FOLDER/conf"],
    $"""
    [gammu]
    device = {modem.Device.FullName}
    connection = at115200
    synchronizetime = no
    gammucoding = utf8

    [smsd]
    service = files
    logfile = FOLDER/log
    debuglevel = 0
    inboxpath = FOLDER/in/
    outboxpath = FOLDER/out/
    sentsmspath = FOLDER/sent/
    errorsmspath = FOLDER/error/
    inboxformat = unicode
    outboxformat = detail
    transmitformat = auto
    commtimeout = 1
    sendtimeout = 20
    loopsleep = 1
    receivefrequency = 1
    checksecurity = 0
    checkbattery = 0
    checksignal = 0
    checknetwork = 0
    resetfrequency = 0
    deliveryreport = sms
    """,
    "in", "out", "sent", "error")
{
    public const string Program = "/usr/bin/gammu-smsd";

    /// <summary>It writes a file for each part, named by the time at which the SMS centre took it.</summary>
    public override bool Has(IReadOnlyList<string> texts) =>
        string.Concat(Directory.GetFiles(Path.Combine(Folder.FullName, "in")).Order(StringComparer.Ordinal).Select(TextOf)) == string.Concat(texts);

    public override async Task SendAsync(string to, string text)
    {
        using var inject = Process.Start(new ProcessStartInfo(
            "/usr/bin/gammu-smsd-inject", ["-c", Configuration, "TEXT", to, "-autolen", "1000", "-text", text])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["LC_ALL"] = "C.UTF-8" },
        })!;
        await inject.StandardOutput.ReadToEndAsync();
        await inject.WaitForExitAsync();
    }

    /// <summary>What stands behind a NUL was in its memory before.</summary>
    private static string TextOf(string file) => Encoding.BigEndianUnicode.GetString(File.ReadAllBytes(file)).TrimStart('\ufeff').Split('\0')[0];
}

/// <summary>The smsd of smstools3, with folders.</summary>
internal sealed class SmstoolsProgram(ModemDouble modem) : PeerProgram(
    Program,
    ["-cFOLDER/conf", "-t"],
    $"""
    devices = GSM1
    outgoing = FOLDER/outgoing
    checked = FOLDER/checked
    incoming = FOLDER/incoming
    report = FOLDER/report
    sent = FOLDER/sent
    failed = FOLDER/failed
    stats = FOLDER/stats
    logfile = FOLDER/log
    infofile = FOLDER/info
    pidfile = FOLDER/pid
    loglevel = 7
    delaytime = 1
    errorsleeptime = 1
    blocktime = 1
    autosplit = 3
    receive_before_send = no
    incoming_utf8 = yes
    store_received_pdu = 0

    [GSM1]
    device = {modem.Device.FullName}
    incoming = yes
    report = yes
    baudrate = 115200
    rtscts = no
    """,
    "outgoing", "checked", "incoming", "report", "sent", "failed", "stats")
{
    public const string Program = "/usr/sbin/smsd";

    private int _sent;

    public override bool Has(IReadOnlyList<string> texts)
    {
        try
        {
            return Directory.GetFiles(Path.Combine(Folder.FullName, "incoming")).Select(TextOf).Order(StringComparer.Ordinal).SequenceEqual(texts.Order(StringComparer.Ordinal));
        }
        catch (FileNotFoundException)
        {
            return false; // it puts the parts of a long message into a file of their own, and takes them away
        }
    }

    public override async Task SendAsync(string to, string text)
    {
        // From UTF-8 it makes nothing of what lies beyond UCS-2, and of what follows; code units it leaves as they are.
        var isPlain = text.All(letter => Gsm7Alphabet.Default.CostOf(letter) > 0);
        var heading = Encoding.ASCII.GetBytes($"To: {to[1..]}\nAlphabet: {(isPlain ? "UTF-8" : "UCS2")}\n\n");
        var made = Path.Combine(Folder.FullName, "made");
        await File.WriteAllBytesAsync(made, [.. heading, .. (isPlain ? Encoding.UTF8 : Encoding.BigEndianUnicode).GetBytes(text)]);
        File.Move(made, Path.Combine(Folder.FullName, "outgoing", $"message{++_sent}"));
    }

    /// <summary>Behind the heading, which names the alphabet.</summary>
    private static string TextOf(string file)
    {
        ReadOnlySpan<byte> octets = File.ReadAllBytes(file);
        var end = octets.IndexOf("\n\n"u8);
        return end < 0 ? "" : (octets[..end].IndexOf("UCS2"u8) >= 0 ? Encoding.BigEndianUnicode : Encoding.UTF8).GetString(octets[(end + 2)..]);
    }
}
