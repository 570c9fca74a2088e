using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Bridge.Host.Daemon;

/// <summary>
/// Asks for a reload on SIGHUP and when a configuration file was written, added or removed. Looks at names, sizes and times once a second: unlike
/// change notifications this sees atomic renames, symbolic links, bind mounts and network folders too. A change counts when it has been at rest
/// for one look, so that a half-written file is not read. Made before the configuration is read for the first time: what happens from then on counts.
/// </summary>
internal sealed class ConfigWatch : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private readonly Channel<string> _asked =
        Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly IReadOnlyList<string> _paths;
    private readonly TimeProvider _clock;
    private readonly string _first;
    private readonly PosixSignalRegistration _hangup;

    public ConfigWatch(IReadOnlyList<string> paths, TimeProvider clock)
    {
        (_paths, _clock) = (paths, clock);
        _first = Snapshot();
        _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true; // the default would end the process
            _asked.Writer.TryWrite("SIGHUP");
        });
    }

    public void Dispose() => _hangup.Dispose();

    /// <summary>Runs <paramref name="reload"/> with the reason, one call at a time, until stopping. One that throws is told to <paramref name="failed"/>.</summary>
    public async Task RunAsync(Func<string, Task> reload, Action<string, Exception> failed, CancellationToken stopping)
    {
        var looking = LookAsync(stopping);
        try
        {
            await foreach (var reason in _asked.Reader.ReadAllAsync(stopping))
            {
                try
                {
                    await reload(reason);
                }
                catch (Exception failure)
                {
                    // The configuration in force goes on, and so does the watch.
                    failed(reason, failure);
                }
            }
        }
        catch (OperationCanceledException)
        {
            await looking;
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        var (known, last) = (_first, _first);
        using var timer = new PeriodicTimer(s_look, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                var seen = Snapshot();
                if (seen != known && seen == last)
                {
                    known = seen;
                    _asked.Writer.TryWrite("a file changed");
                }

                last = seen;
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private static IEnumerable<string> FilesOf(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [path];

    /// <summary>A link says nothing of what is behind it, so that counts, and where the links of the folders on its way lead.</summary>
    private static string Look(FileInfo file)
    {
        var read = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        var links = FoldersOf(read).Select(folder => folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName);
        return read.Exists ? $"{file.FullName} {read.FullName} {string.Join(' ', links)} {read.Length} {read.LastWriteTimeUtc.Ticks}" : "";
    }

    private static IEnumerable<DirectoryInfo> FoldersOf(FileInfo file)
    {
        for (var folder = file.Directory; folder is not null; folder = folder.Parent)
        {
            yield return folder;
        }
    }

    private string Snapshot()
    {
        try
        {
            return string.Join('\n', _paths.SelectMany(FilesOf).Select(file => new FileInfo(file)).Select(file => file.Exists ? Look(file) : ""));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ""; // in the middle of a change; the next look sees it whole
        }
    }
}
