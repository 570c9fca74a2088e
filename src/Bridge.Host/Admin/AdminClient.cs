using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Host.Cli;

namespace Bridge.Host.Admin;

/// <summary>Asks the daemon of one data folder.</summary>
internal sealed class AdminClient(string dataFolder)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Sends one request and reads its response. Throws <see cref="CliException"/> when nobody answers or the daemon says no.</summary>
    public async Task<JsonNode?> AskAsync(string command, object arguments, CancellationToken cancellationToken)
    {
        using var socket = await ConnectAsync(cancellationToken) ?? throw NobodyAnswers();
        try
        {
            return await ExchangeAsync(socket, command, arguments, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException or JsonException or InvalidDataException)
        {
            throw new CliException(ExitCode.Unreachable, $"the daemon of {dataFolder} broke off the conversation", "see its log; what was asked may or may not have been done");
        }
    }

    /// <summary>The same, for who does not wait longer than so.</summary>
    public async Task<JsonNode?> AskAsync(string command, object arguments, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await AskAsync(command, arguments, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(
                ExitCode.Unreachable,
                $"the daemon of {dataFolder} has not answered for {patience.TotalSeconds:0} s",
                "it hangs, or its machine does: see its log, then restart it");
        }
    }

    /// <summary>True when a daemon answers.</summary>
    public async Task<bool> IsRunningAsync(CancellationToken cancellationToken)
    {
        using var socket = await ConnectAsync(cancellationToken);
        return socket is not null;
    }

    private static async Task<JsonNode?> ExchangeAsync(Socket socket, string command, object arguments, CancellationToken cancellationToken)
    {
        await using var stream = new NetworkStream(socket);
        var request = new AdminRequest(AdminProtocol.Version, command, JsonSerializer.SerializeToNode(arguments, AdminProtocol.Json));
        await stream.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(request, AdminProtocol.Json), (byte)'\n'], cancellationToken);
        var line = await new LineReader(stream, int.MaxValue / 2).ReadAsync(cancellationToken) ?? throw new IOException();
        var response = JsonSerializer.Deserialize<AdminResponse>(line, AdminProtocol.Json) ?? throw new JsonException();
        return response.Error is null ? response.Result : throw CliException.Of(response.Error);
    }

    private async Task<Socket?> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var path = new UnixDomainSocketEndPoint(AdminProtocol.SocketIn(dataFolder));
            while (!await TryConnectAsync(socket, path, cancellationToken))
            {
                await Task.Delay(s_pause, TimeProvider.System, cancellationToken);
            }

            return socket;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            return failure.SocketErrorCode == SocketError.AccessDenied
                ? throw new CliException(ExitCode.Unreachable, $"you may not talk to the daemon of {dataFolder}", "run the command as the user of the daemon")
                : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            socket.Dispose();
            throw new CliException(ExitCode.Usage, $"{dataFolder}: the path is too long for a Unix socket", "choose a data folder with a shorter path (--data)");
        }
    }

    /// <summary>False while the daemon has more callers waiting than it can hold: it is there, so it is worth waiting.</summary>
    private static async Task<bool> TryConnectAsync(Socket socket, UnixDomainSocketEndPoint path, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(path, cancellationToken);
            return true;
        }
        catch (SocketException busy) when (busy.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain)
        {
            return false;
        }
    }

    private CliException NobodyAnswers() =>
        new(ExitCode.Unreachable, $"no daemon answers for the data folder {dataFolder}", "start one with: bridge run; or name another folder with --data");
}
