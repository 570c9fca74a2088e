using System.CommandLine;

namespace Bridge.Host.Cli;

/// <summary>The whole command line.</summary>
internal static class CommandLine
{
    public static RootCommand Build()
    {
        var root = new RootCommand($"Bridge carries what happens on one network to people on another. {ExitCode.Reference}")
        {
            RunCommand.Build(),
            ValidateCommand.Build(),
            ExplainCommand.Build(),
            ConfigCommand.Build(),
            EmitCommand.Build(),
            SendCommand.Build(),
            StatusCommand.Build(),
            TraceCommand.Build(),
            DeliveriesCommand.Build(),
            PluginsCommand.Build(),
        };
        foreach (var option in Common.All)
        {
            root.Add(option);
        }

        return root;
    }

    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Build().Parse(arguments);
        var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? ExitCode.Usage : exitCode;
    }
}
