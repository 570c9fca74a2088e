using Bridge.Core.Storage;

namespace Bridge.Storage;

/// <summary>
/// Keeps shredding and the copying of a data folder apart, whatever process does them. The kernel releases it when its holder dies.
/// </summary>
internal static class CopyLock
{
    private const string Name = "copy.lock";
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for its turn.</summary>
    public static async Task<IDisposable> TakeAsync(string folder, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return PrivateFiles.Open(Path.Combine(folder, Name), FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException busy) when (FolderLock.IsHeld(busy))
            {
                await Task.Delay(s_look, clock, cancellationToken);
            }
        }
    }
}
