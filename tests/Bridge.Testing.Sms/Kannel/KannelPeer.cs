using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Text;
using System.Text.RegularExpressions;
using Bridge.Testing.Mqtt;

namespace Bridge.Testing.Sms.Kannel;

/// <summary>The real Kannel of Debian: bearerbox, smsbox, and fakesmsc as the SMS centre, which prints what it gets.</summary>
public sealed partial class KannelPeer : IAsyncDisposable
{
    /// <summary>Of everything in it that wants one.</summary>
    public const string Password = "canary-password";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("kannel-").FullName;
    private readonly List<Process> _processes = [];
    private Process? _centre;
    private readonly Lock _gate = new();
    private readonly List<(bool IsText, string Content)> _got = [];
    private readonly int _centrePort = MosquittoBroker.FreePort();
    private readonly int _sendPort = MosquittoBroker.FreePort();
    private readonly int _adminPort = MosquittoBroker.FreePort();

    public static bool IsInstalled => File.Exists("/usr/sbin/bearerbox") && File.Exists("/usr/lib/kannel/test/fakesmsc");

    public Uri Url => new($"http://127.0.0.1:{_sendPort}/cgi-bin/sendsms");

    public Uri StatusUrl => new($"http://127.0.0.1:{_adminPort}/status.txt");

    /// <summary>
    /// The texts of what reached the SMS centre; of parts each its own. fakesmsc shows what stands behind a header as bytes and does not say in which coding they are.
    /// </summary>
    public IReadOnlyList<string> Got(Encoding behindHeaders)
    {
        lock (_gate)
        {
            return [.. _got.Select(got => got.IsText ? got.Content : behindHeaders.GetString(Bytes(got.Content)))];
        }
    }

    /// <param name="message">The URL to which what comes in is brought.</param>
    /// <param name="joins">Whether Kannel joins the parts of long messages itself, as it does unless told otherwise.</param>
    /// <param name="centre">The port of an SMS centre that speaks SMPP; null for fakesmsc.</param>
    public static async Task<KannelPeer> StartAsync(string message, bool joins = true, int? centre = null)
    {
        var kannel = new KannelPeer();
        var boxPort = MosquittoBroker.FreePort();
        await File.WriteAllTextAsync(Path.Combine(kannel._folder, "kannel.conf"), kannel.Configuration(boxPort, message, joins, centre));
        kannel.Start("/usr/sbin/bearerbox", ["-v", "4", "kannel.conf"]);
        await ListensAsync(boxPort); // not by connecting: bearerbox would take that for a box
        kannel.Start("/usr/sbin/smsbox", ["-v", "4", "kannel.conf"]);
        await ListensAsync(kannel._sendPort);
        return kannel;
    }

    /// <summary>An SMS centre that sends one message, as fakesmsc spells it, and stays. Kannel speaks to one at a time: the one before goes.</summary>
    public async Task CentreAsync(string message)
    {
        if (_centre is { } before)
        {
            before.Kill();
            await before.WaitForExitAsync();
        }

        _centre = Start("/usr/lib/kannel/test/fakesmsc", ["-H", "127.0.0.1", "-r", _centrePort.ToString(), "-i", "0.1", "-m", "1", message]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task ListensAsync(int port)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    private Process Start(string program, string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, StandardErrorEncoding = Encoding.UTF8, WorkingDirectory = _folder,
        }) ?? throw new InvalidOperationException($"{program} did not start.");
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _processes.Add(process);
        return process;
    }

    private void Read(string? line)
    {
        if (line is not null && Message().Match(line) is { Success: true } match)
        {
            lock (_gate)
            {
                _got.Add((match.Groups["kind"].Value == "text", match.Groups["content"].Value));
            }
        }
    }

    private static byte[] Bytes(string encoded)
    {
        using var bytes = new MemoryStream();
        for (var i = 0; i < encoded.Length; i++)
        {
            bytes.WriteByte(encoded[i] == '%' ? Convert.FromHexString(encoded.AsSpan(i + 1, 2))[0] : encoded[i] == '+' ? (byte)' ' : (byte)encoded[i]);
            i += encoded[i] == '%' ? 2 : 0;
        }

        return bytes.ToArray();
    }

    // A group begins behind an empty line, and a field that Kannel does not know ends it.
    private string Configuration(int boxPort, string message, bool joins, int? centre) => $"""
        group = core
        admin-port = {_adminPort}
        admin-interface = 127.0.0.1
        admin-password = {Password}
        status-password = {Password}
        smsbox-port = {boxPort}
        smsbox-interface = 127.0.0.1
        box-allow-ip = "127.0.0.1"
        dlr-storage = internal
        sms-combine-concatenated-mo = {(joins ? "true" : "false")}
        store-type = file
        store-location = "{_folder}/kannel.store"

        group = smsc
        {(centre is null ? "smsc = fake\nconnect-allow-ip = 127.0.0.1" : "smsc = smpp\nsmsc-username = bridge\nsmsc-password = canary-p\nsystem-type = x\ntransceiver-mode = true")}
        smsc-id = FAKE
        host = 127.0.0.1
        port = {centre ?? _centrePort}

        group = smsbox
        bearerbox-host = 127.0.0.1
        bearerbox-port = {boxPort}
        sendsms-port = {_sendPort}
        sendsms-interface = 127.0.0.1
        sendsms-chars = "0123456789 +-"
        global-sender = +491511234567
        http-request-retry = 1000
        http-queue-delay = 1

        group = sendsms-user
        username = bridge
        password = {Password}
        max-messages = 1

        group = sms-service
        keyword = default
        max-messages = 0
        catch-all = true
        omit-empty = true
        assume-plain-text = true
        {message}

        """;

    [GeneratedRegex(@"Got message \d+: <\S+ \S+ (udh \S+ )?(?<kind>text|data|ucs-2) (?<content>.*)>$", RegexOptions.ExplicitCapture)]
    private static partial Regex Message();
}
