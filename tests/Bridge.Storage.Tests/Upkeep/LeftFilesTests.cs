using System.Globalization;
using Bridge.Core;
using Bridge.Core.Attachments;
using Bridge.Core.Configuration;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Storage.Tests.Upkeep;

/// <summary>Files that nothing seems to name: some are rubbish, and some are only waiting for their keys.</summary>
public sealed class LeftFilesTests : IAsyncLifetime
{
    private readonly TestFolder _files = new();
    private readonly Telemetry _telemetry = Log.Silent();
    private readonly ManualClock _clock = new();
    private DataFolder _folder = null!;
    private SealedRecords _records = null!;
    private Attachments _attachments = null!;
    private KeepConfig _keep = new(Messages: TimeSpan.FromDays(90), Ids: TimeSpan.FromDays(365));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await OpenFolderAsync();

    private async Task OpenFolderAsync()
    {
        var key = KeySource.FromKey("config", "the test", new byte[32]);
        _folder = await DataFolder.OpenAsync(_files["data"], () => key, _telemetry, _clock, Ct);
        _records = new SealedRecords(_folder, _clock);
        _attachments = new Attachments(_folder, _telemetry, _clock);
    }

    private async Task DisposeFolderAsync()
    {
        await _attachments.DisposeAsync();
        await _folder.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeFolderAsync();
        _files.Dispose();
        _telemetry.Dispose();
    }

    private Expiry NewExpiry() => new(_folder.Upkeep, _folder.Keys, _attachments.Expiry, () => _keep, () => Task.FromResult<DateTimeOffset?>(null), _telemetry, _clock);

    [Theory]
    [InlineData(AttachmentRows.Scope)]
    [InlineData(AttachmentRows.UseScope)]
    public async Task An_attachment_that_cannot_be_opened_keeps_its_file_until_the_right_keys_are_back(string scope)
    {
        var file = await _attachments.StoreAsync("kept");
        await _attachments.PostAsync(file);
        var row = new BlindIndex(UInt128.Parse(file.Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        var sound = (await _folder.Store.FindStateAsync(scope, row, Ct))!;
        await _folder.Store.CommitAsync([new StoreChange.PutState(scope, row, [.. sound.Reverse()])], Ct);
        _clock.Advance(TimeSpan.FromDays(2));
        await NewExpiry().RunOnceAsync(Ct);
        await _folder.Store.CommitAsync([new StoreChange.PutState(scope, row, sound)], Ct);
        Assert.Equal("kept", await _attachments.ReadAsync(file));
    }

    [Fact]
    public async Task The_file_of_a_body_that_is_removed_goes_at_the_next_start_when_a_crash_left_it()
    {
        var big = await _records.AddAsync("big", length: 100_000);
        var path = _files[$"data/blobs/{big.Value:N}"];
        var body = await File.ReadAllBytesAsync(path, Ct);
        _keep = _keep with { Attachments = TimeSpan.FromDays(1) };
        _clock.Advance(TimeSpan.FromDays(2));
        await NewExpiry().RunOnceAsync(Ct);
        Assert.False(File.Exists(path));
        await File.WriteAllBytesAsync(path, body, Ct); // as if it had been killed between the two
        await DisposeFolderAsync();
        await OpenFolderAsync();
        Assert.False(File.Exists(path));
    }
}
