using System.Net.Sockets;
using System.Text.Json;
using Bridge.Host.Daemon;
using Microsoft.Extensions.Logging;

namespace Bridge.Host.Admin;

/// <summary>Serves the private socket. Whoever may open it is the operator: the socket is 0600 in a folder that is 0700.</summary>
internal sealed partial class AdminServer : IAsyncDisposable
{
    private const int LongestPath = 107;
    private const int Backlog = 512;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private readonly Socket _listener;
    private readonly string _path;
    private readonly AdminCommands _commands;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private AdminServer(Socket listener, string path, AdminCommands commands, ILogger logger, TimeProvider clock)
    {
        _listener = listener;
        _path = path;
        _commands = commands;
        _logger = logger;
        _clock = clock;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Takes over the socket of a daemon that died: the lock on the data folder says that there is no other.</summary>
    public static AdminServer Start(string path, AdminCommands commands, ILogger logger, TimeProvider clock)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw new StartException($"{path}: the path of the admin socket is longer than {LongestPath} bytes", "choose a data folder with a shorter path (--data)");
        }

        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        listener.Listen(Backlog);
        return new AdminServer(listener, path, commands, logger, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        File.Delete(_path);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptAsync(_stopping.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                // Out of file handles, say: the daemon's own work goes on.
                Log.AcceptFailed(_logger, failure.SocketErrorCode);
                await PauseAsync();
            }
        }
    }

    // The cause is still there, and each try says so in the log.
    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(s_pause, _clock, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        var lines = new LineReader(stream, AdminProtocol.LongestLine);
        try
        {
            while (await lines.ReadAsync(_stopping.Token) is { } line)
            {
                var response = await AnswerAsync(line);
                await stream.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(response, AdminProtocol.Json), (byte)'\n'], _stopping.Token);
            }
        }
        catch (Exception end) when (end is IOException or InvalidDataException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went away, or talks nonsense: there is nobody to tell.
        }
    }

    private async Task<AdminResponse> AnswerAsync(byte[] line)
    {
        try
        {
            var request = JsonSerializer.Deserialize<AdminRequest>(line, AdminProtocol.Json)
                ?? throw new AdminException(AdminErrorCode.Usage, "an empty request");
            if (request.V != AdminProtocol.Version)
            {
                throw new AdminException(
                    AdminErrorCode.Version, $"the daemon speaks version {AdminProtocol.Version}, the command line version {request.V}", "restart the daemon after an update");
            }

            var result = await _commands.RunAsync(request, _stopping.Token);
            return new AdminResponse(AdminProtocol.Version, result, null);
        }
        catch (AdminException refusal)
        {
            return Error(refusal.Code, refusal.Message, refusal.Cure);
        }
        catch (JsonException)
        {
            return Error(AdminErrorCode.Usage, "the request is not of the form this daemon knows", "use the bridge command of the same version");
        }
        catch (OperationCanceledException)
        {
            return Error(AdminErrorCode.Failed, "the daemon is stopping", "try again when it runs");
        }
        catch (Exception failure)
        {
            // A fault in one command must not end the daemon, and its message may hold content.
            Log.CommandFailed(_logger, failure.GetType().Name);
            return Error(AdminErrorCode.Failed, $"the daemon could not do it ({failure.GetType().Name})", "its log says more");
        }
    }

    private static AdminResponse Error(string code, string message, string? cure) => new(AdminProtocol.Version, null, new AdminError(code, message, cure));

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Warning, "The admin socket could not accept a connection: {Error}")]
        public static partial void AcceptFailed(ILogger logger, SocketError error);

        [LoggerMessage(3002, LogLevel.Error, "An admin command failed: {Failure}")]
        public static partial void CommandFailed(ILogger logger, string failure);
    }
}
