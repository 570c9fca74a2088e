using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Checking;

/// <summary>
/// Opens every envelope of the store, row by row, in pages: a daemon at work must not find its log held open for as long as this takes.
/// </summary>
internal sealed class RecordsCheck(
    SqliteConnection store, string folder, Sealer sealer, Findings findings, IProgress<WorkProgress> progress, CancellationToken stop)
{
    private const int Page = 200;
    private readonly RowCheck _rows = new(sealer);
    private readonly BlobFolder _blobs = new(Path.Combine(folder, BlobFolder.Name), create: false);
    private long _done;

    public long Opened => _rows.Opened;

    public IReadOnlyDictionary<Guid, long> WithoutKey => _rows.WithoutKey;

    public void Run(long total)
    {
        Pages(
            $"SELECT {Columns.Event} FROM events WHERE sequence > ?1 ORDER BY sequence LIMIT {Page}", 0L, total,
            row => Columns.ReadEvent(row, _blobs), row => row.Sequence,
            row => Told(_rows.Event(row), $"event {row.Id} ({row.Kind} at {row.Endpoint}, received {row.ReceivedAt:u})", () => StillThere("events", Columns.Of(row.Id))));
        Pages(
            $"SELECT {Columns.Delivery} FROM deliveries WHERE id > ?1 ORDER BY id LIMIT {Page}", 0L, total, Columns.ReadDelivery, row => row.Id.Value,
            row => Told(_rows.Delivery(row), $"delivery {row.Id} ({row.State}, to {row.Lane.Endpoint}, of event {row.Event})", () => StillThere("deliveries", row.Id.Value)));
        foreach (var scope in Scopes())
        {
            Pages(
                $"SELECT key, sealed FROM state WHERE scope = '{scope.Replace("'", "''", StringComparison.Ordinal)}' AND key > ?1 ORDER BY key LIMIT {Page}", (byte[])[], total,
                row => new StateRow(row.Index(0), row.Bytes(1)), row => Columns.Of(row.Key),
                row => Told(_rows.State(scope, row), $"a value of {scope}, {row.Key}", () => true));
        }
    }

    private void Told(string? problem, string what, Func<bool> stillThere)
    {
        if (problem is not null && stillThere())
        {
            findings.Add(SqliteStore.FileName, $"{what}: {problem}", Cures.Gone);
        }
    }

    /// <summary>Retention may take a row away, or its body, while it is being looked at.</summary>
    private bool StillThere(string table, object id)
    {
        using var find = new Statement(store, $"SELECT 1 FROM {table} WHERE id = ?1");
        return find.Scalar(id) is not null;
    }

    private List<string> Scopes()
    {
        using var select = new Statement(store, "SELECT DISTINCT scope FROM state");
        using var rows = select.Query();
        var scopes = new List<string>();
        while (rows.Read())
        {
            scopes.Add(rows.GetString(0));
        }

        return scopes;
    }

    private void Pages<TRow, TKey>(string sql, TKey after, long total, Func<SqliteDataReader, TRow> read, Func<TRow, TKey> keyOf, Action<TRow> check)
    {
        using var select = new Statement(store, sql);
        List<TRow> page;
        do
        {
            stop.ThrowIfCancellationRequested();
            page = ReadPage(select, after, read);
            foreach (var row in page)
            {
                check(row);
                after = keyOf(row);
            }

            _done += page.Count;
            progress.Report(new(Math.Min(_done, total), total, "records"));
        }
        while (page.Count > 0);
    }

    private List<TRow> ReadPage<TRow, TKey>(Statement select, TKey after, Func<SqliteDataReader, TRow> read)
    {
        var page = new List<TRow>();
        using var rows = select.Query(after);
        while (rows.Read())
        {
            try
            {
                page.Add(read(rows));
            }
            catch (Exception failure) when (failure is ArgumentException or InvalidCastException or OverflowException)
            {
                findings.Add(SqliteStore.FileName, "a row cannot be read: one of its columns has the wrong form");
            }
        }

        return page;
    }
}
