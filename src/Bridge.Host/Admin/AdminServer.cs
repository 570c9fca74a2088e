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
    private readonly CommandRunner _commands;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private AdminServer(Socket listener, string path, CommandRunner commands, ILogger logger, TimeProvider clock)
    {
        _listener = listener;
        _path = path;
        _commands = commands;
        _logger = logger;
        _clock = clock;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Takes over the socket of a daemon that died: the lock on the data folder says that there is no other.</summary>
    public static AdminServer Start(string path, CommandRunner commands, ILogger logger, TimeProvider clock)
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
        AdminRequest? request;
        try
        {
            request = JsonSerializer.Deserialize<AdminRequest>(line, AdminProtocol.Json);
        }
        catch (JsonException)
        {
            return CommandRunner.Error(AdminErrorCode.Usage, "the request is not of the form this daemon knows", "use the bridge command of the same version");
        }

        return request is null ? CommandRunner.Error(AdminErrorCode.Usage, "an empty request", null)
            : request.V != AdminProtocol.Version ? CommandRunner.Error(
                AdminErrorCode.Version, $"the daemon speaks version {AdminProtocol.Version}, the command line version {request.V}", "restart the daemon after an update")
            : await _commands.RunAsync(request.Command, request.Arguments, _stopping.Token);
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Warning, "The admin socket could not accept a connection: {Error}")]
        public static partial void AcceptFailed(ILogger logger, SocketError error);
    }
}
