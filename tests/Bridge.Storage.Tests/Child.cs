using System.Diagnostics;
using Bridge.Core;
using Bridge.Core.Attachments;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Backups;
using Bridge.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bridge.Storage.Tests;

/// <summary>This program again, as a process of its own that can be killed: it writes to a store and says on standard output what was acknowledged.</summary>
internal static class Child
{
    private const string FolderVariable = "BRIDGE_TEST_CHILD_FOLDER";
    private const string WorkVariable = "BRIDGE_TEST_CHILD_WORK";

    public static Process Start(string work, string folder, params string[] wrapper)
    {
        string[] command = [.. wrapper, Environment.ProcessPath!];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[WorkVariable] = work;
        start.Environment[FolderVariable] = folder;
        return Process.Start(start)!;
    }

    /// <summary>True when this process was started by a test rather than to run tests.</summary>
    public static bool IsMe => Environment.GetEnvironmentVariable(WorkVariable) is not null;

    public static Task WorkAsync()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        return Environment.GetEnvironmentVariable(WorkVariable) switch
        {
            "write" => WriteAsync(folder),
            "backup" => BackUpAsync(folder),
            "rotate" => RotateAsync(folder),
            "shred" => ShredAsync(folder),
            _ => FillAsync(folder),
        };
    }

    public static StoreChange[] Changes(Sealer sealer, long number, int bodyLength)
    {
        var row = SampleRows.Event(number);
        var body = sealer.Seal(RecordKind.Event, RecordId.Of(row.Id), "data:home:2026-11-21", SampleRows.Bytes((int)number, bodyLength));
        return [new StoreChange.AddEvent(row with { Body = body }), new StoreChange.AddDelivery(SampleRows.Delivery(number, number, SampleRows.Lane(1)))];
    }

    // Writes for ever, some bodies as blobs; prints each number after its commit.
    private static async Task WriteAsync(string path)
    {
        using var telemetry = new Telemetry(NullLogger<Telemetry>.Instance);
        await using var folder = await DataFolder.OpenAsync(path, null, name => null, telemetry, TimeProvider.System, CancellationToken.None);
        await using var writer = new StoreWriter(folder.Store, telemetry, TimeProvider.System);
        var last = (await folder.Store.HeadAsync(CancellationToken.None)).LastSequence;
        using var window = new SemaphoreSlim(64);
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        while (true)
        {
            var number = ++last;
            await window.WaitAsync();
            _ = AcknowledgeAsync(writer.WriteAsync(Changes(folder.Sealer, number, number % 50 == 0 ? 100_000 : 300)), number);
        }

        async Task AcknowledgeAsync(Task write, long number)
        {
            await write;
            await output.WriteLineAsync($"{number}");
            window.Release();
        }
    }

    // Rotates for ever, in small steps; seals a record after each, and prints its number when it is stored.
    private static async Task RotateAsync(string path)
    {
        using var telemetry = new Telemetry(NullLogger<Telemetry>.Instance);
        await using var folder = await DataFolder.OpenAsync(path, null, name => null, telemetry, TimeProvider.System, CancellationToken.None);
        var number = (await folder.Store.HeadAsync(CancellationToken.None)).LastSequence;
        while (true)
        {
            folder.Keys.BeginRotation();
            do
            {
                await folder.Store.CommitAsync(Changes(folder.Sealer, ++number, 300), CancellationToken.None);
                Console.WriteLine($"{number}");
            }
            while (folder.Keys.Rotate(most: 10));
        }
    }

    // Shreds one event after the other, by the numbers of their places, and prints each that is done.
    private static async Task ShredAsync(string path)
    {
        using var telemetry = new Telemetry(NullLogger<Telemetry>.Instance);
        await using var folder = await DataFolder.OpenAsync(path, null, name => null, telemetry, TimeProvider.System, CancellationToken.None);
        using var shredder = new Shredder(
            folder.Upkeep, folder.Keys, folder.Sealer, new EventAttachments(folder.Store, folder.Sealer, folder.Attachments), () => Task.CompletedTask, telemetry, TimeProvider.System);
        await shredder.ResumeAsync(CancellationToken.None);
        Console.WriteLine("begun");
        foreach (var item in await folder.Upkeep.AgedEventsAsync(DateTimeOffset.MaxValue, 0, 1_000, CancellationToken.None))
        {
            await shredder.ShredAsync(item.Id, alone: true, CancellationToken.None);
            Console.WriteLine($"{item.Id}");
        }
    }

    // On a tiny disk: writes until it is full and ten more fail, makes room, writes on, and says what came of it.
    private static async Task FillAsync(string path)
    {
        var ballast = Path.Combine(path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[4_000_000]);
        using var telemetry = new Telemetry(NullLogger<Telemetry>.Instance);
        await using var folder = await DataFolder.OpenAsync(Path.Combine(path, "data"), null, name => null, telemetry, TimeProvider.System, CancellationToken.None);
        await using var writer = new StoreWriter(folder.Store, telemetry, TimeProvider.System);
        var stored = new List<long>();
        var refused = new List<long>();
        for (long number = 1; refused.Count < 10 || number < stored.Count + refused.Count + 50; number++)
        {
            try
            {
                await writer.WriteAsync(Changes(folder.Sealer, number, number % 3 == 0 ? 100_000 : 300));
                stored.Add(number);
                if (refused.Count >= 10 && stored[^1] - refused[^1] >= 20)
                {
                    break;
                }
            }
            catch (StoreException failure) when (failure.DiskFull)
            {
                refused.Add(number);
                if (refused.Count == 10)
                {
                    File.Delete(ballast);
                }
            }
        }

        var wrong = 0;
        foreach (var number in stored.Concat(refused))
        {
            wrong += (await folder.Store.FindEventAsync(SampleRows.EventId(number), CancellationToken.None) is not null) == stored.Contains(number) ? 0 : 1;
        }

        Console.WriteLine($"refused {refused.Count}, wrong {wrong}, recovered {telemetry.Totals[("store.recoveries", "")] > 0}");
    }

    private static async Task BackUpAsync(string path)
    {
        var target = Path.Combine(path, "backups");
        try
        {
            await Backup.MakeAsync(new BackupOrder(Path.Combine(path, "data"), target, false, "1"), new Progress<WorkProgress>(), TimeProvider.System, CancellationToken.None);
        }
        catch (StoreException failure)
        {
            Console.WriteLine(failure.Message);
        }

        Console.WriteLine($"left {Directory.GetFileSystemEntries(target).Length}");
    }
}
