using Bridge.Core;
using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;
using Bridge.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bridge.Storage.Tests;

public sealed class MemoryStoreConformance : StoreConformance
{
    private readonly MemoryStore _store = new();

    protected override ValueTask<IStore> OpenAsync() => ValueTask.FromResult<IStore>(_store);
}

public sealed class SqliteStoreConformance : StoreConformance
{
    private readonly TestFolder _folder = new();
    private readonly Telemetry _telemetry = new(NullLogger<Telemetry>.Instance);

    protected override ValueTask<IStore> OpenAsync() => ValueTask.FromResult<IStore>(SqliteStore.Open(_folder.Path, _telemetry));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        _telemetry.Dispose();
    }
}
