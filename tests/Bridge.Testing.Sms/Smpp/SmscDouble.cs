using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Testing.Sms.Smpp;

/// <summary>An SMS centre that does what it is told, also what no good one would: it refuses, falls silent, hangs up, and reports before it answers.</summary>
internal sealed partial class SmscDouble : IAsyncDisposable
{
    public const string Password = "canary-p";

    private readonly Lock _gate = new();
    private readonly List<PduBody.Message> _taken = [];
    private readonly List<CommandId> _binds = [];
    private readonly List<SmscSession> _sessions = [];
    private readonly List<Task> _serving = [];
    private readonly Channel<PduBody.Message> _bringing = Channel.CreateUnbounded<PduBody.Message>();
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _worker;
    private readonly X509Certificate2? _certificate;
    private TcpListener? _listener;
    private int _port;
    private int _ids;

    private SmscDouble(X509Certificate2? certificate)
    {
        _certificate = certificate;
        _worker = BringAsync();
    }

    public Uri Url => new($"{(_certificate is null ? "smpp" : "smpps")}://{(_certificate is null ? "127.0.0.1" : "localhost")}:{_port}");

    /// <summary>What becomes of a submit_sm; null, or false: it is taken and answered.</summary>
    public Func<SmscSession, Pdu, Task<bool>>? Instead { get; set; }

    /// <summary>How binds are answered.</summary>
    public CommandStatus BindStatus { get; set; }

    /// <summary>Whether nothing is answered any more.</summary>
    public bool IsMute { get; set; }

    /// <summary>Names messages from a number; decimal unless told otherwise.</summary>
    public Func<int, string> IdOf { get; set; } = number => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>New sessions write in pieces of so many octets.</summary>
    public int Piece { get; set; }

    public int Enquiries { get; private set; }

    public int Unbinds { get; private set; }

    public IReadOnlyList<CommandId> Binds => Locked(() => _binds.ToList());

    public IReadOnlyList<PduBody.Message> All => Locked(() => _taken.ToList());

    public IReadOnlyList<SmscSession> Bound => Locked(() => _sessions.Where(session => session.Bind is not null).ToList());

    /// <summary>Whole messages: their parts, joined in the order of arrival.</summary>
    public IReadOnlyList<string> Messages
    {
        get
        {
            List<string> whole = [];
            var text = new StringBuilder();
            foreach (var part in Parts)
            {
                text.Append(part.Text);
                if (part.Sequence == part.Total)
                {
                    whole.Add(text.ToString());
                    text.Clear();
                }
            }

            return whole;
        }
    }

    public static SmscDouble Start(X509Certificate2? certificate = null)
    {
        var centre = new SmscDouble(certificate);
        centre.Open();
        return centre;
    }

    public static (UserDataHeader? Header, byte[] Content) Split(PduBody.Message part)
    {
        var bytes = part.Content.Bytes.ToArray();
        return (part.EsmClass & 0x40) == 0 ? (null, bytes) : (UserDataHeader.TryDecode(bytes), bytes[(1 + bytes[0])..]);
    }

    /// <summary>A delivery report as text alone.</summary>
    public static PduBody.Message Report(string id, string stat = "DELIVRD", string error = "000", string text = "Hi") => new()
    {
        EsmClass = 4, Source = new(1, 1, "4915112345678"), Destination = new(1, 1, "4915100000000"),
        Content = new Payload(Encoding.Latin1.GetBytes(
            $"id:{id} sub:001 dlvrd:001 submit date:2611221016 done date:2611221017 stat:{stat} err:{error} text:{text}")),
    };

    /// <summary>A message of somebody.</summary>
    public static PduBody.Message From(string number, byte[] content, byte coding = 0, byte esmClass = 0, params EquatableArray<Tlv> tlvs) => new()
    {
        EsmClass = esmClass, Source = new(1, 1, number), Destination = new(1, 1, "4915100000000"), DataCoding = coding,
        Content = new Payload(content), Tlvs = tlvs,
    };

    /// <summary>Listens; again on the same port.</summary>
    public void Open()
    {
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        var accepting = AcceptAsync(_listener);
        Locked(() => _serving.Add(accepting));
    }

    /// <summary>Goes away.</summary>
    public void Close()
    {
        _listener?.Dispose();
        Drop();
    }

    /// <summary>Hangs up on everybody.</summary>
    public void Drop()
    {
        foreach (var session in Locked(() => _sessions.ToList()))
        {
            session.Dispose();
        }
    }

    /// <summary>Brings it to whoever receives, again and again until that is answered with 0.</summary>
    public void Bring(PduBody.Message message) => _bringing.Writer.TryWrite(message);

    public string Take(PduBody.Message message)
    {
        lock (_gate)
        {
            _taken.Add(message);
            return IdOf(++_ids);
        }
    }

    /// <summary>The next ones are answered so.</summary>
    public void Answer(CommandStatus status, int times = 1, int after = 0) => Instead = async (session, submit) =>
    {
        if (after-- > 0 || times-- <= 0)
        {
            return false;
        }

        await session.SendAsync(submit.Answer(status)); // without a body, as many do
        return true;
    };

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        Close();
        await _worker;
        await Task.WhenAll(Locked(() => _serving.ToList()));
        _closing.Dispose();
    }

    private T Locked<T>(Func<T> action)
    {
        lock (_gate)
        {
            return action();
        }
    }

    private void Locked(Action action)
    {
        lock (_gate)
        {
            action();
        }
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(_closing.Token);
                var serving = ServeAsync(socket);
                Locked(() => _serving.Add(serving));
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        SmscSession? serving = null;
        try
        {
            if (_certificate is not null)
            {
                var secure = new SslStream(stream);
                stream = secure;
                await secure.AuthenticateAsServerAsync(_certificate);
            }

            var session = serving = new SmscSession(socket, stream) { Piece = Piece };
            Locked(() => _sessions.Add(session));
            while (await session.Reader.ReadAsync(_closing.Token) is { } pdu)
            {
                if (!IsMute || pdu.Command == CommandId.Unbind)
                {
                    await HearAsync(session, pdu);
                }
            }
        }
        catch (Exception failure)
            when (failure is IOException or ObjectDisposedException or OperationCanceledException or AuthenticationException or SocketException)
        {
            // Gone.
        }
        finally
        {
            Locked(() => _sessions.RemoveAll(session => session == serving));
            serving?.Dispose();
            await stream.DisposeAsync();
        }
    }

    private async Task HearAsync(SmscSession session, Pdu pdu)
    {
        switch (pdu)
        {
            case { Body: PduBody.Bind bind }:
                Locked(() => _binds.Add(pdu.Command)); // before who binds can know it
                var status = BindStatus != CommandStatus.Ok ? BindStatus
                    : bind is { SystemId: "bridge", Password: Password } ? CommandStatus.Ok
                    : CommandStatus.InvPaswd;
                var answer = new PduBody.BindAnswer("DOUBLE", [Tlv.Of(TlvTag.ScInterfaceVersion, 0x34)]);
                await session.SendAsync(pdu.Answer(status, status == CommandStatus.Ok ? answer : null));
                session.Bind = status == CommandStatus.Ok ? pdu.Command : null;
                break;
            case { Command: CommandId.SubmitSm } when Instead is not { } instead || !await instead(session, pdu):
                await TakeAsync(session, pdu);
                break;
            case { Command: CommandId.EnquireLink }:
                Enquiries++;
                await session.SendAsync(pdu.Answer(CommandStatus.Ok));
                break;
            case { Command: CommandId.Unbind }:
                Unbinds++;
                await session.SendAsync(pdu.Answer(CommandStatus.Ok));
                break;
            default:
                session.Hear(pdu);
                break;
        }
    }

    private async Task BringAsync()
    {
        try
        {
            await foreach (var message in _bringing.Reader.ReadAllAsync(_closing.Token))
            {
                while (Bound.LastOrDefault(session => session.Receives) is not { } session
                    || !await IsAcknowledgedAsync(session, message))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _closing.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }
}
