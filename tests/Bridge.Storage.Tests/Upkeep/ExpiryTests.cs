using Bridge.Abstractions;
using Bridge.Core;
using Bridge.Core.Configuration;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Storage.Tests.Upkeep;

public sealed class ExpiryTests : IAsyncLifetime
{
    private readonly TestFolder _files = new();
    private readonly Telemetry _telemetry = Log.Silent();
    private readonly ManualClock _clock = new();
    private DataFolder _folder = null!;
    private SealedRecords _records = null!;
    private Attachments _attachments = null!;
    private KeepConfig _keep = new(Messages: TimeSpan.FromDays(90), Ids: TimeSpan.FromDays(365));

    private Task<DateTimeOffset?> _undecided = Task.FromResult<DateTimeOffset?>(null);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var key = KeySource.FromKey("config", "the test", new byte[32]);
        _folder = await DataFolder.OpenAsync(_files["data"], () => key, _telemetry, _clock, Ct);
        _records = new SealedRecords(_folder, _clock);
        _attachments = new Attachments(_folder, _telemetry, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _attachments.DisposeAsync();
        await _folder.DisposeAsync();
        _files.Dispose();
        _telemetry.Dispose();
    }

    private Expiry NewExpiry() => new(_folder.Upkeep, _folder.Keys, _attachments.Expiry, () => _keep, () => _undecided, _telemetry, _clock);

    [Fact]
    public async Task What_is_too_old_goes_with_its_key_and_the_ids_stay()
    {
        var old = await _records.AddAsync("old");
        var key = KeyOf(Sealer.KeyIdOf((await _records.EnvelopesAsync(old))[0]));
        _clock.Advance(TimeSpan.FromDays(60));
        var young = await _records.AddAsync("young");
        _clock.Advance(TimeSpan.FromDays(32));
        Assert.True(RawFiles.Contain(_files.Path, key));
        await NewExpiry().RunOnceAsync(Ct);
        Assert.Null(await _records.ReadAsync(old));
        Assert.False(RawFiles.Contain(_files.Path, key));
        Assert.Equal("body young", await _records.ReadAsync(young));
        Assert.True(await _records.IsClaimedAsync(old));
        Assert.Equal(_clock.GetUtcNow(), await _folder.Upkeep.ExpiredAtAsync(old, Ct));
        Assert.Null(await _folder.Upkeep.ExpiredAtAsync(young, Ct));
        Assert.Equal(1, (await _folder.Store.CountDeliveriesAsync(Ct))[DeliveryState.Delivered]);

        byte[] KeyOf(Guid id)
        {
            using var connection = Database.OpenReader(_files["data/keys.db"]);
            using var statement = new Statement(connection, "SELECT wrapped FROM keys WHERE id = ?1");
            return (byte[])statement.Scalar(id.ToByteArray(bigEndian: true))!;
        }
    }

    [Fact]
    public async Task What_somebody_is_owed_stays_readable_however_old_and_goes_once_it_is_settled()
    {
        var owed = await _records.AddAsync("owed", DeliveryState.Parked);
        var big = await _records.AddAsync("owed and big", DeliveryState.Pending, 100_000);
        var settled = await _records.AddAsync("settled", DeliveryState.Failed);
        _keep = _keep with { Attachments = TimeSpan.FromDays(1) };
        _folder.Keys.BeginRotation(); // the owed ones are sealed under a key that is no longer the current one
        Assert.False(_folder.Keys.Rotate());
        _clock.Advance(TimeSpan.FromDays(200));
        var expiry = NewExpiry();
        await expiry.RunOnceAsync(Ct);
        Assert.Null(await _records.ReadAsync(settled));
        Assert.Equal("body owed", await _records.ReadAsync(owed));
        Assert.Equal("body owed and big", await _records.ReadAsync(big));
        var delivery = (await _folder.Store.DeliveriesOfAsync(owed, Ct)).Single();
        await _folder.Store.CommitAsync([new StoreChange.MoveDelivery(delivery.Id, DeliveryState.Dropped, 1, null, null)], Ct);
        await expiry.RunOnceAsync(Ct);
        Assert.Null(await _records.ReadAsync(owed));
        Assert.Equal("body owed and big", await _records.ReadAsync(big));
    }

    [Fact]
    public async Task What_is_through_stays_readable_while_another_is_owed_the_same()
    {
        var owed = await _records.AddAsync("owed", DeliveryState.Parked);
        var through = new DeliveryId(1_000);
        var elsewhere = new LaneId(new EndpointId("elsewhere"), new BlindIndex(2), Critical: false);
        byte[] Sealed(RecordKind kind) => _folder.Sealer.Seal(
            kind, RecordId.Of(through), EpochScope.Conversation(elsewhere.Address, _clock.GetUtcNow()), "native ids"u8);
        var row = new DeliveryRow(
            through, owed, elsewhere, DeliveryState.Delivered, 1, _clock.GetUtcNow(), null, Sealed(RecordKind.Content), Sealed(RecordKind.Progress));
        await _folder.Store.CommitAsync([new StoreChange.AddDelivery(row)], Ct);
        _clock.Advance(TimeSpan.FromDays(200));
        await NewExpiry().RunOnceAsync(Ct);
        Assert.Equal("native ids"u8, _folder.Sealer.Open(RecordKind.Progress, RecordId.Of(through), row.Progress!));
        Assert.Equal("native ids"u8, _folder.Sealer.Open(RecordKind.Content, RecordId.Of(through), row.Content));
    }

    [Fact]
    public async Task Numbers_of_what_went_are_not_given_again()
    {
        for (var count = 0; count < 250; count++)
        {
            await _records.AddAsync("old");
        }

        var head = await _folder.Store.HeadAsync(Ct);
        _clock.Advance(TimeSpan.FromDays(91));
        await NewExpiry().RunOnceAsync(Ct);
        Assert.Empty(await _folder.Upkeep.AgedEventsAsync(DateTimeOffset.MaxValue, 0, 10, Ct));
        Assert.Equal(head, await _folder.Store.HeadAsync(Ct));
        Assert.Equal(new StoreHead(250, new DeliveryId(250)), head);
    }

    [Fact]
    public async Task Big_bodies_go_first_when_attachments_are_kept_for_less()
    {
        _keep = _keep with { Attachments = TimeSpan.FromDays(14) };
        var big = await _records.AddAsync("big", length: 100_000);
        var small = await _records.AddAsync("small");
        _clock.Advance(TimeSpan.FromDays(15));
        var later = await _records.AddAsync("later", length: 100_000);
        await NewExpiry().RunOnceAsync(Ct);
        Assert.True((await _folder.Store.FindEventAsync(big, Ct))!.BodyExpired);
        Assert.Equal("body small", await _records.ReadAsync(small));
        Assert.Equal("body later", await _records.ReadAsync(later));
        Assert.Equal([later.Value.ToString("N")], Directory.GetFiles(_files["data/blobs"]).Select(Path.GetFileName));
        _clock.Advance(TimeSpan.FromDays(91));
        await NewExpiry().RunOnceAsync(Ct);
        Assert.Empty(Directory.GetFiles(_files["data/blobs"]));
    }

    [Fact]
    public async Task What_the_rules_hold_back_stays_with_its_key_and_what_is_older_goes()
    {
        _keep = _keep with { Messages = TimeSpan.FromDays(1), Attachments = TimeSpan.FromDays(1) };
        var older = await _records.AddAsync("older");
        _clock.Advance(TimeSpan.FromDays(40));
        _undecided = Task.FromResult<DateTimeOffset?>(_clock.GetUtcNow());
        var held = await _records.AddAsync("held");
        var big = await _records.AddAsync("held and big", length: 100_000);
        _clock.Advance(TimeSpan.FromDays(40));
        await NewExpiry().RunOnceAsync(Ct);
        Assert.Null(await _records.ReadAsync(older));
        Assert.Equal("body held", await _records.ReadAsync(held));
        Assert.Equal("body held and big", await _records.ReadAsync(big));
        _undecided = Task.FromResult<DateTimeOffset?>(null);
        await NewExpiry().RunOnceAsync(Ct);
        Assert.Null(await _records.ReadAsync(held));
    }

    [Fact]
    public async Task Nothing_goes_before_the_rules_are_at_work()
    {
        var old = await _records.AddAsync("old");
        _clock.Advance(TimeSpan.FromDays(200));
        var atWork = new TaskCompletionSource<DateTimeOffset?>();
        _undecided = atWork.Task;
        var run = NewExpiry().RunOnceAsync(Ct);
        Assert.Equal("body old", await _records.ReadAsync(old));
        atWork.SetResult(null);
        await run;
        Assert.Null(await _records.ReadAsync(old));
    }

    [Fact]
    public async Task Ids_go_last()
    {
        var old = await _records.AddAsync("old");
        _clock.Advance(TimeSpan.FromDays(200));
        var young = await _records.AddAsync("young");
        _clock.Advance(TimeSpan.FromDays(166));
        await NewExpiry().RunOnceAsync(Ct);
        Assert.False(await _records.IsClaimedAsync(old));
        Assert.True(await _records.IsClaimedAsync(young));
    }

    [Fact]
    public async Task The_file_shrinks()
    {
        for (var count = 0; count < 300; count++)
        {
            await _records.AddAsync("old", length: 30_000);
        }

        _clock.Advance(TimeSpan.FromDays(91));
        Assert.True(Size() > 8_000_000);
        await NewExpiry().RunOnceAsync(Ct);
        Assert.True(Size() < 3_000_000, $"{Size()} bytes");

        long Size()
        {
            using var connection = Database.OpenReader(_files["data/store.db"]);
            using var pages = new Statement(connection, "PRAGMA page_count");
            return (long)pages.Scalar()! * 4096;
        }
    }

    [Fact]
    public async Task Nothing_goes_while_the_data_is_copied_or_an_event_is_shredded()
    {
        var old = await _records.AddAsync("old", length: 100_000);
        _clock.Advance(TimeSpan.FromDays(91));
        using (await _folder.Upkeep.HoldCopiesAsync(Ct))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NewExpiry().RunOnceAsync(new CancellationToken(canceled: true)));
            Assert.Equal("body old", await _records.ReadAsync(old));
        }

        await NewExpiry().RunOnceAsync(Ct);
        Assert.Null(await _records.ReadAsync(old));
    }

    [Fact]
    public async Task Whatever_fails_it_is_tried_again_an_hour_later()
    {
        var old = await _records.AddAsync("old");
        _clock.Advance(TimeSpan.FromDays(91));
        var failed = false;
        using var stopping = new CancellationTokenSource();
        var running = new Expiry(_folder.Upkeep, _folder.Keys, _attachments.Expiry, KeepOrFail, () => _undecided, _telemetry, _clock).RunAsync(stopping.Token);
        while (!running.IsCompleted && await _records.ReadAsync(old) is not null)
        {
            _clock.Advance(TimeSpan.FromMinutes(61));
            await Task.Yield();
        }

        await stopping.CancelAsync();
        await running;
        Assert.Null(await _records.ReadAsync(old));

        KeepConfig KeepOrFail()
        {
            if (failed)
            {
                return _keep;
            }

            failed = true;
            throw new InvalidOperationException("the test");
        }
    }

    [Fact]
    public async Task It_runs_every_hour_by_the_clock_and_follows_the_configuration()
    {
        _keep = new KeepConfig();
        var old = await _records.AddAsync("old");
        using var stopping = new CancellationTokenSource();
        var running = NewExpiry().RunAsync(stopping.Token);
        _clock.Advance(TimeSpan.FromDays(400));
        await _folder.Store.HeadAsync(Ct);
        Assert.NotNull(await _records.ReadAsync(old));
        _keep = new KeepConfig(Messages: TimeSpan.FromDays(30));
        while (await _records.ReadAsync(old) is not null)
        {
            _clock.Advance(TimeSpan.FromMinutes(61));
            await Task.Yield();
        }

        await stopping.CancelAsync();
        await running;
    }
}
