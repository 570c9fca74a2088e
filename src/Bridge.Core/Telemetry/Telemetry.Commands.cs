using Microsoft.Extensions.Logging;

namespace Bridge.Core;

public sealed partial class Telemetry
{
    /// <param name="command">Its name.</param>
    public void CommandDone(string command)
    {
        Log.CommandDone(_logger, command);
        Count("commands.done", command);
    }

    /// <param name="why">A constant of ours.</param>
    public void CommandDenied(string why)
    {
        Log.CommandDenied(_logger, why);
        Count("commands.denied", why);
    }

    private static partial class Log
    {
        [LoggerMessage(1811, LogLevel.Information, "A command of a management conversation is done: {Command}")]
        public static partial void CommandDone(ILogger logger, string command);

        [LoggerMessage(1812, LogLevel.Debug, "A command of a management conversation is not done: {Why}")]
        public static partial void CommandDenied(ILogger logger, string why);
    }
}
