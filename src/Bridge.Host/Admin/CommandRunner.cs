using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Bridge.Host.Admin;

/// <summary>Runs the daemon's commands, whoever asks: what goes wrong becomes an error that names its cure.</summary>
internal sealed partial class CommandRunner(AdminCommands commands, ILogger logger)
{
    public async Task<AdminResponse> RunAsync(string command, JsonNode? arguments, CancellationToken cancellationToken)
    {
        try
        {
            var result = await commands.RunAsync(new AdminRequest(AdminProtocol.Version, command, arguments), cancellationToken);
            return new AdminResponse(AdminProtocol.Version, result);
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
            Log.CommandFailed(logger, failure.GetType().Name);
            return Error(AdminErrorCode.Failed, $"the daemon could not do it ({failure.GetType().Name})", "its log says more");
        }
    }

    public static AdminResponse Error(string code, string message, string? cure) => new(AdminProtocol.Version, null, new AdminError(code, message, cure));

    private static partial class Log
    {
        [LoggerMessage(3002, LogLevel.Error, "An admin command failed: {Failure}")]
        public static partial void CommandFailed(ILogger logger, string failure);
    }
}
