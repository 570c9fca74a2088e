using Bridge.Core.Storage;
using Bridge.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Checking;

/// <summary>What the rows of the store say of each other, seen at one moment.</summary>
internal sealed class InvariantCheck(SqliteConnection store, Findings findings)
{
    private static readonly long s_earliest = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;
    private static readonly long s_latest = new DateTimeOffset(2300, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;

    public long Events { get; private set; }

    public long Deliveries { get; private set; }

    public void Run()
    {
        Database.Run(store, "BEGIN");
        try
        {
            Events = Number("SELECT count(*) FROM events");
            Deliveries = Number("SELECT count(*) FROM deliveries");
            Each(
                "SELECT d.id FROM deliveries d LEFT JOIN events e ON e.id = d.event WHERE e.id IS NULL",
                row => findings.Add(SqliteStore.FileName, $"delivery {row.GetInt64(0)} belongs to an event that is not there", Cures.Gone));
            Each(
                "SELECT d.id FROM deliveries d JOIN events e ON e.id = d.event WHERE e.received_at <> d.created_at",
                row => findings.Add(SqliteStore.FileName, $"delivery {row.GetInt64(0)} has another time than its event", Cures.Harmless));
            Each(
                $"SELECT id FROM deliveries WHERE attempts < 0 OR attempts > 1000000 OR not_before < {s_earliest} OR not_before > {s_latest}",
                row => findings.Add(SqliteStore.FileName, $"delivery {row.GetInt64(0)} has an impossible number of attempts or time of the next one", Cures.Restore));
            Each(
                """
                SELECT state, total(counted), total(said) FROM (
                  SELECT state, count(*) AS counted, 0 AS said FROM deliveries GROUP BY state
                  UNION ALL SELECT state, 0, n FROM delivery_counts) GROUP BY state HAVING total(counted) <> total(said)
                """,
                row => findings.Add(SqliteStore.FileName, $"{row.GetDouble(1):0} deliveries are {Word(row.GetInt32(0))}, and {row.GetDouble(2):0} were counted", Cures.Restore));
        }
        finally
        {
            Database.Run(store, "COMMIT");
        }
    }

    private static string Word(int state) => Enum.IsDefined((DeliveryState)state) ? $"{(DeliveryState)state}" : $"in the unknown state {state}";

    private long Number(string sql)
    {
        using var statement = new Statement(store, sql);
        return (long)statement.Scalar()!;
    }

    private void Each(string sql, Action<SqliteDataReader> row)
    {
        using var statement = new Statement(store, sql);
        using var rows = statement.Query();
        while (rows.Read())
        {
            row(rows);
        }
    }
}
