using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Host.Admin;
using Bridge.Host.Cli;
using Bridge.Storage;
using Bridge.Storage.Checking;

namespace Bridge.Host.Daemon;

/// <summary>The daemon looks over its own data while it works: it alone may have the key.</summary>
internal sealed class CheckCommands(string folder, KeyRing keys) : IProgress<WorkProgress>
{
    private int _running;
    private ProgressReport _now = new(0);

    public AdminCommands AddTo(AdminCommands commands) => commands
        .Add<Nothing, CheckReport>("check", (_, cancellationToken) => CheckAsync(cancellationToken))
        .Add<Nothing, ProgressReport>("check-progress", (_, _) => Task.FromResult(_now));

    public void Report(WorkProgress value) => _now = new ProgressReport(value.Done, value.Of, value.Unit);

    private async Task<CheckReport> CheckAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            throw new AdminException(AdminErrorCode.Failed, "a check is under way already", "try again when it is through");
        }

        try
        {
            return await FolderCheck.RunAsync(folder, keys, live: true, this, cancellationToken);
        }
        catch (StoreException failure)
        {
            throw new AdminException(AdminErrorCode.Failed, failure.Message);
        }
        finally
        {
            _now = new(0);
            Volatile.Write(ref _running, 0);
        }
    }
}
