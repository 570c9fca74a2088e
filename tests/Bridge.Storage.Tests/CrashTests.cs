using System.Globalization;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Testing.Storage;
using Xunit;

namespace Bridge.Storage.Tests;

public sealed class CrashTests : IDisposable
{
    private readonly TestFolder _files = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task What_was_acknowledged_survives_kill_9_and_opens()
    {
        var acknowledged = new List<long>();
        for (var kill = 0; kill < 3; kill++)
        {
            using var child = Child.Start("write", _files.Path);
            for (var lines = 0; lines < 400 + kill * 173; lines++)
            {
                acknowledged.Add(long.Parse((await child.StandardOutput.ReadLineAsync(Ct))!, CultureInfo.InvariantCulture));
            }

            child.Kill();
            var rest = await child.StandardOutput.ReadToEndAsync(Ct);
            await child.WaitForExitAsync(Ct);
            acknowledged.AddRange(rest.Split('\n')[..^1].Select(line => long.Parse(line, CultureInfo.InvariantCulture)));
        }

        using var telemetry = Log.Silent();
        await using var folder = await DataFolder.OpenAsync(_files.Path, null, name => null, telemetry, TimeProvider.System, Ct);
        foreach (var number in acknowledged)
        {
            var row = await folder.Store.FindEventAsync(SampleRows.EventId(number), Ct);
            var plain = folder.Sealer.Open(RecordKind.Event, RecordId.Of(row!.Id), row.Body);
            Assert.Equal(SampleRows.Bytes((int)number, number % 50 == 0 ? 100_000 : 300), plain);
            Assert.NotNull(await folder.Store.FindDeliveryAsync(new DeliveryId(number), Ct));
        }

        // Numbers are given in order and committed in order, so what was stored has no holes.
        var head = await folder.Store.HeadAsync(Ct);
        Assert.Equal(head.LastSequence, (await folder.Store.CountDeliveriesAsync(Ct))[DeliveryState.Pending]);
        Assert.True(head.LastSequence >= acknowledged.Max());
    }

    [Fact]
    public async Task Kill_9_during_a_rotation_of_the_keys_loses_no_key()
    {
        using var telemetry = Log.Silent();
        var earlier = new List<byte[]>();
        await using (var folder = await DataFolder.OpenAsync(_files.Path, null, name => null, telemetry, TimeProvider.System, Ct))
        {
            for (var day = 0; day < 60; day++)
            {
                earlier.Add(folder.Sealer.Seal(RecordKind.State, 7, EpochScope.Data(new("home"), DateTimeOffset.UnixEpoch.AddDays(day)), [1, 2, 3]));
            }
        }

        var random = new Random(3);
        for (var kill = 0; kill < 6; kill++)
        {
            using var child = Child.Start("rotate", _files.Path);
            for (var lines = random.Next(1, 25); lines > 0; lines--)
            {
                await child.StandardOutput.ReadLineAsync(Ct);
            }

            child.Kill();
            await child.StandardOutput.ReadToEndAsync(Ct);
            await child.WaitForExitAsync(Ct);
            await using var folder = await DataFolder.OpenAsync(_files.Path, null, name => null, telemetry, TimeProvider.System, Ct);
            Assert.False(folder.Keys.Rotating);
            Assert.All(earlier, envelope => Assert.Equal([1, 2, 3], folder.Sealer.Open(RecordKind.State, 7, envelope)));
            for (var number = 1; number <= (await folder.Store.HeadAsync(Ct)).LastSequence; number++)
            {
                var row = await folder.Store.FindEventAsync(SampleRows.EventId(number), Ct);
                Assert.Equal(300, folder.Sealer.Open(RecordKind.Event, RecordId.Of(row!.Id), row.Body).Length);
            }
        }
    }

    [Fact]
    public async Task Blob_files_without_a_row_are_swept_at_the_next_start()
    {
        using var telemetry = Log.Silent();
        await using (var folder = await DataFolder.OpenAsync(_files.Path, null, name => null, telemetry, TimeProvider.System, Ct))
        {
            await folder.Store.CommitAsync([new StoreChange.AddEvent(SampleRows.Event(1, 100_000))], Ct);
        }

        var orphan = _files[$"blobs/{Guid.CreateVersion7(DateTimeOffset.UnixEpoch):N}"];
        await File.WriteAllTextAsync(orphan, "left by a crash", Ct);
        await File.WriteAllTextAsync(_files["blobs/README"], "not ours", Ct);
        await using var again = await DataFolder.OpenAsync(_files.Path, null, name => null, telemetry, TimeProvider.System, Ct);
        Assert.False(File.Exists(orphan));
        Assert.True(File.Exists(_files["blobs/README"]));
        Assert.Equal(1, telemetry.Totals[("store.orphans", "")]);
        Assert.NotNull(await again.Store.FindEventAsync(SampleRows.EventId(1), Ct));
    }

    [Fact]
    public async Task A_full_disk_refuses_and_recovers_by_itself()
    {
        using var child = Child.Start("fill", _files.Path, "unshare", Environment.UserName == "root" ? "-m" : "-rm", "sh", "-c", $"mount -t tmpfs -o size=12m tmpfs {_files.Path} && exec \"$0\"");
        var said = await child.StandardOutput.ReadToEndAsync(Ct);
        await child.WaitForExitAsync(Ct);
        Assert.SkipWhen(said.Length == 0, "this machine lets nobody mount a small disk");
        Assert.Equal("refused 10, wrong 0, recovered True\n", said);
    }
}
