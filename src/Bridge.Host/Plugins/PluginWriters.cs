using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Bridge.Storage.Checking;

namespace Bridge.Host.Plugins;

/// <summary>
/// Who may write a plugin: root, Bridge's own user, and whoever may write Bridge's program, for he could change what runs in any case
/// (docs/decisions/0545). Whoever else may is a reason not to run it.
/// </summary>
/// <param name="Us">The user this process acts as.</param>
/// <param name="Program">Who owns Bridge's program; null where that cannot be known.</param>
/// <param name="ProgramIsGroups">Whether its group may write it, too.</param>
internal sealed partial record PluginWriters(uint Us, FileOwner? Program, bool ProgramIsGroups)
{
    private const uint Root = 0;

    /// <summary>Of this process.</summary>
    public static PluginWriters Own { get; } = Of(Path.Combine(AppContext.BaseDirectory, "Bridge.Host.dll"));

    /// <summary>Throws when somebody else may write a plugin's folder, anything in it, or the folder it was found in.</summary>
    public void Check(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var root = Path.GetDirectoryName(folder)!;
        Check(root, root);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Prepend(folder))
        {
            Check(path, $"-R {folder}");
        }
    }

    /// <summary>What is wrong with a file of this owner and mode, with its cure; null: nothing.</summary>
    /// <param name="owner">Null when it cannot be known.</param>
    /// <param name="mode">Who may do what.</param>
    /// <param name="target">What to give to chmod and chown.</param>
    public string? Objection(FileOwner? owner, UnixFileMode mode, string target) =>
        mode.HasFlag(UnixFileMode.OtherWrite) ? $"is writable by everybody (look who wrote there, then: chmod o-w {target})"
        : owner is not { } its ? null
        : its.User is not Root && its.User != Us && its.User != Program?.User
            ? $"belongs to user {its.User}, who could change what Bridge runs (look at what it is, then: sudo chown root {target})"
        : mode.HasFlag(UnixFileMode.GroupWrite) && !(ProgramIsGroups && its.Group == Program?.Group)
            ? $"is writable by its group (chmod g-w {target})"
        : null;

    [UnsupportedOSPlatform("windows")]
    private void Check(string path, string target)
    {
        // The mode of a symbolic link is always open; what it leads to counts.
        var meant = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (Objection(FileOwner.Of(meant), File.GetUnixFileMode(meant), target) is { } objection)
        {
            throw new PluginRefusedException($"{path} {objection}");
        }
    }

    private static PluginWriters Of(string program) =>
        OperatingSystem.IsWindows() ? new PluginWriters(Root, null, ProgramIsGroups: false)
        : !File.Exists(program) ? new PluginWriters(geteuid(), null, ProgramIsGroups: false)
        : new PluginWriters(geteuid(), FileOwner.Of(program), File.GetUnixFileMode(program).HasFlag(UnixFileMode.GroupWrite));

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
