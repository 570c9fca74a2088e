using System.CommandLine;
using Bridge.Core;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Host.Configuration;
using Bridge.Host.Daemon;
using Bridge.Host.Systemd;
using Bridge.Host.Terminal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Bridge.Host.Cli;

/// <summary><c>bridge run</c>: the daemon.</summary>
internal static class RunCommand
{
    public static Command Build()
    {
        var console = new Option<bool>("--console") { Description = "Print messages to console:me although the output is no terminal." };
        var command = new Command("run", "Run the daemon until SIGTERM or Ctrl-C. SIGHUP, or a changed configuration file, reloads.") { console, Unlocking.Option };
        return command.Does((parsed, output, cancellationToken) => RunAsync(parsed, output, parsed.GetValue(console), cancellationToken));
    }

    private static async Task<int> RunAsync(ParseResult parsed, Output output, bool forced, CancellationToken cancellationToken)
    {
        using var watch = new ConfigWatch(Common.ConfigOf(parsed), TimeProvider.System);
        var surface = new ConsoleSurface(forced);
        var places = Setup.PlacesOf(parsed);
        var plugins = Setup.Plugins(places.Plugins, surface);
        var first = Setup.OrFail(ConfigReader.Read(places.Configuration, Setup.Sources(plugins)), output);
        Diagnostics.Print(output, first);
        var settings = new DaemonSettings(places.Configuration, Common.DataOf(parsed), first, plugins, surface)
        {
            PluginRoots = places.Plugins,
            Watch = watch,
            Key = Unlocking.Typed(parsed),
        };
        using var host = BuildHost(settings);
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is StartException or StoreException or KeyException)
        {
            throw new CliException(
                failure is StoreException { InUse: true } ? ExitCode.Busy : ExitCode.Failed, failure.Message, (failure as StartException)?.Cure);
        }

        catch (OperationCanceledException)
        {
            return ExitCode.Ok; // told to stop before everything ran
        }

        await host.WaitForShutdownAsync(cancellationToken);
        return ExitCode.Ok;
    }

    private static IHost BuildHost(DaemonSettings settings)
    {
        var threshold = new LogThreshold();
        threshold.Set(settings.First.Config!.LogLevel);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        builder.Logging.AddConsole(console =>
        {
            console.FormatterName = LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddFilter((category, level) => threshold.Allows(category, level));
        builder.Services
            .Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30)) // each step has its own, shorter limit
            .Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true)
            .AddSingleton<IHostLifetime, Microsoft.Extensions.Hosting.Internal.ConsoleLifetime>()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(settings)
            .AddSingleton(threshold)
            .AddSingleton(Journal.Find())
            .AddSingleton(ServiceManager.Find(Environment.GetEnvironmentVariable, Environment.ProcessId, TimeProvider.System))
            .AddSingleton<Telemetry>()
            .AddHostedService<BridgeDaemon>();
        return builder.Build();
    }
}
