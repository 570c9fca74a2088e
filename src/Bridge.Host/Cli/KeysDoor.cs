using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Core;
using Bridge.Core.Attachments;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Host.Admin;
using Bridge.Host.Configuration;
using Bridge.Host.Daemon;
using Bridge.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bridge.Host.Cli;

/// <summary>Does a command that changes keys where the data folder is open: in its daemon, or here when no daemon runs.</summary>
internal static class KeysDoor
{
    public static async Task<JsonNode?> AskAsync(ParseResult parsed, Output output, string command, object arguments, CancellationToken cancellationToken)
    {
        var daemon = Common.DaemonOf(parsed);
        if (await daemon.IsRunningAsync(cancellationToken))
        {
            return await daemon.AskAsync(command, arguments, cancellationToken);
        }

        try
        {
            using var telemetry = new Telemetry(NullLogger<Telemetry>.Instance);
            await using var folder = await OpenAsync(parsed, output, telemetry, cancellationToken);
            var request = new AdminRequest(AdminProtocol.Version, command, JsonSerializer.SerializeToNode(arguments, AdminProtocol.Json));
            var attachments = new EventAttachments(folder.Store, folder.Sealer, folder.Attachments);
            using var shredder = new Shredder(folder.Upkeep, folder.Keys, folder.Sealer, attachments, () => Task.CompletedTask, telemetry, TimeProvider.System);
            await shredder.ResumeAsync(cancellationToken);
            return await new AdminCommands().AddKeys(new KeyCommands(folder.Keys, telemetry))
                .AddShred(new ShredCommands(folder.Store, shredder, running: null)).RunAsync(request, cancellationToken);
        }
        catch (Exception failure) when (failure is KeyException or StoreException)
        {
            throw new CliException(failure is StoreException { InUse: true } ? ExitCode.Busy : ExitCode.Failed, failure.Message);
        }
    }

    /// <summary>A folder that is there; opened with the key the daemon would take, or with what somebody types.</summary>
    private static Task<DataFolder> OpenAsync(ParseResult parsed, Output output, Telemetry telemetry, CancellationToken cancellationToken)
    {
        var path = Common.DataOf(parsed);
        if (!DataFolder.IsThere(path))
        {
            throw new CliException(ExitCode.NotFound, $"there is no data folder {path} yet", "start the daemon once: bridge run; or name another folder with --data");
        }

        var source = Unlocking.Typed(parsed) ?? KeySources.Find(path, ConfiguredKeyOf(parsed, output), Environment.GetEnvironmentVariable);
        return DataFolder.OpenAsync(path, () => source, telemetry, TimeProvider.System, cancellationToken);
    }

    private static ConfiguredKey? ConfiguredKeyOf(ParseResult parsed, Output output)
    {
        var places = Setup.PlacesOf(parsed);
        return !Common.NamesConfig(parsed) && !places.Configuration.Any(Path.Exists)
            ? null
            : Setup.OrFail(ConfigReader.Read(places.Configuration, Setup.Sources(Setup.Plugins(places.Plugins))), output).Config!.EncryptionKey;
    }
}
