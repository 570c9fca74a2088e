using System.CommandLine;
using System.CommandLine.Help;
using Bridge.Host.Cli.Completion;
using Bridge.Host.Cli.Manual;

namespace Bridge.Host.Cli;

/// <summary>The whole command line.</summary>
internal static class CommandLine
{
    public static Command Build()
    {
        // A plain command: RootCommand would take the name of the assembly.
        var root = new Command("bridge", $"Bridge carries what happens on one network to people on another. {ExitCode.Reference}")
        {
            new HelpOption("--help", "-h", "-?"), // not /h: that is a path
            new VersionOption(),
            RunCommand.Build(),
            ValidateCommand.Build(),
            ConnectCommand.Build(),
            RegistrationCommand.Build(),
            ExplainCommand.Build(),
            ConfigCommand.Build(),
            EmitCommand.Build(),
            SendCommand.Build(),
            StatusCommand.Build(),
            TopCommand.Build(),
            HealthCommand.Build(),
            TraceCommand.Build(),
            DeliveriesCommand.Build(),
            LinksCommand.Build(),
            PortalsCommand.Build(),
            SilencesCommand.Build(),
            OptOutsCommand.Build(),
            KeysCommand.Build(),
            ShredCommand.Build(),
            PluginsCommand.Build(),
            BackupCommand.Build(),
            RestoreCommand.Build(),
            CheckCommand.Build(),
            SchemaCommand.Build(),
            CompletionCommand.Build(),
            ManCommand.Build(Build),
            CompleteCommand.Build(Build),
            PasswdCommand.Build(),
        };
        foreach (var option in Common.All)
        {
            root.Add(option);
        }

        return root;
    }

    // '@file' is the value of --payload here, never a file of more arguments.
    public static ParseResult Parse(string[] arguments) => Build().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Parse(arguments);
        if (parsed.Errors.Count > 0 && arguments.Length > 0 && parsed.Action is not HelpAction)
        {
            return Common.OutputOf(parsed).Fail(UsageErrors.Of(parsed));
        }

        if ((UsageErrors.OfText(parsed) ?? PathValues.Empty(parsed)) is { } wrong)
        {
            return Common.OutputOf(parsed).Fail(wrong);
        }

        var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? ExitCode.Usage : exitCode;
    }
}
