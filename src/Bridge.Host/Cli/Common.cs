using System.CommandLine;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary>The options that every command knows, and what they come to.</summary>
internal static class Common
{
    private static readonly Option<string[]> s_config = new("--config", "-c")
    {
        Description = "Configuration file or folder; may be given more than once. Default: config/bridge.yaml of the checkout, or /etc/bridge/bridge.yaml; all but run: what the daemon of the data folder runs with, if there is one.",
        Recursive = true,
        HelpName = "path",
    };

    private static readonly Option<string?> s_data = new("--data")
    {
        Description = "Data folder. Default: storage.folder of the configuration; else data/ of the checkout, or /var/lib/bridge.",
        Recursive = true,
        HelpName = "folder",
    };

    private static readonly Option<string[]> s_plugins = new("--plugins")
    {
        Description = "A folder of plugin folders, looked into before the usual ones; may be given more than once.",
        Recursive = true,
        HelpName = "folder",
    };

    private static readonly Option<bool> s_json = new("--json") { Description = "Print the result as JSON.", Recursive = true };

    public static IReadOnlyList<Option> All { get; } = [s_config, s_data, s_plugins, s_json];

    public static IReadOnlyList<string> ConfigOf(ParseResult parsed) => parsed.GetValue(s_config) is { Length: > 0 } paths ? paths : [Places.DefaultConfig];

    /// <summary>True when the command line says which configuration is meant.</summary>
    public static bool NamesConfig(ParseResult parsed) => parsed.GetValue(s_config) is { Length: > 0 };

    /// <summary>As written on the command line; null when not.</summary>
    public static string? DataOptionOf(ParseResult parsed) => parsed.GetValue(s_data);

    public static IReadOnlyList<string> PluginRootsOf(ParseResult parsed) =>
        Places.PluginRoots(parsed.GetValue(s_plugins) ?? [], ConfigOf(parsed), DataOf(parsed));

    public static string DataOf(ParseResult parsed) => Places.DataFolder(DataOptionOf(parsed), ConfigOf(parsed));

    public static Output OutputOf(ParseResult parsed) => new(parsed.GetValue(s_json));

    public static AdminClient DaemonOf(ParseResult parsed) => new(DataOf(parsed));

    /// <summary>Gives a command its action: the one place where failures become a message and an exit code.</summary>
    public static Command Does(this Command command, Func<ParseResult, Output, CancellationToken, Task<int>> run)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = OutputOf(parsed);
            try
            {
                return await run(parsed, output, cancellationToken);
            }
            catch (CliException failure)
            {
                return output.Fail(failure);
            }
            catch (AdminException refusal)
            {
                return output.Fail(CliException.Of(new AdminError(refusal.Code, refusal.Message, refusal.Cure)));
            }
            catch (Exception failure) when (failure is StoreException or KeyException)
            {
                return output.Fail(new CliException(failure is StoreException { InUse: true } ? ExitCode.Busy : ExitCode.Failed, failure.Message));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return output.Fail(new CliException(ExitCode.Failed, failure.Message.TrimEnd('.'), "look at the permissions of the file or folder, and at the disk"));
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Failed;
            }
            catch (Exception fault)
            {
                // Nobody thought of it, so nobody knows what its message holds.
                return output.Fail(new CliException(ExitCode.Failed, $"this is a fault in Bridge ({fault.GetType().Name})", "report it, with the command that was given"));
            }
        });
        return command;
    }
}
