using System.CommandLine;
using System.Globalization;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Host.Configuration;
using Bridge.Storage;

namespace Bridge.Host.Cli;

/// <summary>What the commands that work on data folders and backups have in common.</summary>
internal static class Folders
{
    /// <summary>Runs long work with its progress; what the storage refuses becomes a message and an exit code.</summary>
    public static async Task<T> WorkAsync<T>(Output output, string what, Func<IProgress<WorkProgress>, Task<T>> work)
    {
        try
        {
            return await LongWork.RunAsync(output, what, shown => work(new Shown(shown)));
        }
        catch (Exception failure) when (failure is StoreException or KeyException)
        {
            throw new CliException(failure is StoreException { InUse: true } ? ExitCode.Busy : ExitCode.Failed, failure.Message);
        }
    }

    /// <summary>What opens a data folder or backup: found as the daemon would find it. Null: nothing is at hand.</summary>
    public static KeySource? KeyOf(ParseResult parsed, Output output, string folder)
    {
        var places = Setup.PlacesOf(parsed);
        var configured = !Common.NamesConfig(parsed) && !places.Configuration.Any(Path.Exists)
            ? null
            : Setup.OrFail(ConfigReader.Read(places.Configuration, Setup.Sources(Setup.Plugins(places.Plugins))), output).Config!.EncryptionKey;
        try
        {
            // A backup without its key is opened by that of the data folder it came from.
            return KeySources.Find(folder, configured, Environment.GetEnvironmentVariable)
                ?? KeySources.Find(Common.DataOf(parsed), configured, Environment.GetEnvironmentVariable);
        }
        catch (KeyException failure)
        {
            throw new CliException(ExitCode.Failed, failure.Message);
        }
    }

    /// <summary>Decimal, as everywhere: <c>1.4 GB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} bytes",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB"),
    };

    public static string Holding(long events, long deliveries) =>
        $"{events} event{(events == 1 ? "" : "s")}, {deliveries} {(deliveries == 1 ? "delivery" : "deliveries")}";

    private sealed class Shown(IProgress<HowFar> shown) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => shown.Report(new HowFar(value.Done, value.Of, value.Unit));
    }
}
