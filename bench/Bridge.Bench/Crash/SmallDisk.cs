using System.Diagnostics;

namespace Bridge.Bench.Crash;

/// <summary>A file system of a few megabytes that can be filled and freed. Needs a mount namespace of its own, which needs no rights.</summary>
internal sealed class SmallDisk : IDisposable
{
    /// <summary>The exit code that says so.</summary>
    public const int NotPossible = 77;

    private const string Inside = "BRIDGE_BENCH_INSIDE";
    private readonly string _folder;
    private readonly string _ballast;

    public SmallDisk(string folder)
    {
        Directory.CreateDirectory(folder);
        (_folder, _ballast) = (folder, Path.Combine(folder, "ballast"));
        if (Run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder) != 0)
        {
            throw new InvalidOperationException("could not mount a small file system");
        }
    }

    public void Dispose() => Run("umount", "--lazy", _folder);

    /// <summary>Runs this program again inside a namespace; null when it runs in one already.</summary>
    public static int? Enter()
    {
        if (Environment.GetEnvironmentVariable(Inside) is not null)
        {
            return null;
        }

        // Root needs no user namespace, and would get none inside a chroot.
        var kind = Environment.UserName == "root" ? "-m" : "-rm";
        if (Run("unshare", kind, "true") != 0)
        {
            Console.WriteLine("skipped: this system allows no mount namespace, so no small disk can be made");
            return NotPossible;
        }

        var again = new ProcessStartInfo("unshare", [kind, .. Environment.GetCommandLineArgs().Prepend("dotnet")]) { UseShellExecute = false };
        again.Environment[Inside] = "1";
        using var inner = Process.Start(again)!;
        inner.WaitForExit();
        return inner.ExitCode;
    }

    public void Fill()
    {
        try
        {
            using var file = new FileStream(_ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            var block = new byte[4096];
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    public void Free() => File.Delete(_ballast);

    private static int Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
