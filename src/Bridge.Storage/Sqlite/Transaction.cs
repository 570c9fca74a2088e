using System.Diagnostics;
using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

/// <summary>Writes changes on the one writing connection; one transaction at a time.</summary>
internal sealed class Transaction : IDisposable
{
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _addEvent;
    private readonly Statement _putDecision;
    private readonly Statement _addDelivery;
    private readonly Statement _stateOf;
    private readonly Statement _moveDelivery;
    private readonly Statement _count;
    private readonly Statement _claim;
    private readonly Statement _putState;
    private readonly Statement _removeState;
    private readonly Dictionary<DeliveryState, long> _counts = [];

    public Transaction(SqliteConnection connection)
    {
        _begin = new(connection, "BEGIN IMMEDIATE");
        _commit = new(connection, "COMMIT");
        _rollback = new(connection, "ROLLBACK");
        _addEvent = new(connection, "INSERT INTO events (sequence, id, kind, endpoint, conversation, received_at, size, body, decision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING");
        _putDecision = new(connection, "UPDATE events SET decision = ?2 WHERE id = ?1");
        _addDelivery = new(connection, $"INSERT INTO deliveries ({Columns.Delivery}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
        _stateOf = new(connection, "SELECT state FROM deliveries WHERE id = ?1");
        _moveDelivery = new(connection, "UPDATE deliveries SET state = ?2, attempts = ?3, not_before = ?4, progress = coalesce(?5, progress) WHERE id = ?1");
        _count = new(connection, "INSERT INTO delivery_counts (state, n) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET n = n + excluded.n");
        _claim = new(connection, "INSERT INTO natives (id, event, delivery, part) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
        _putState = new(connection, "INSERT INTO state (scope, key, sealed) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET sealed = excluded.sealed");
        _removeState = new(connection, "DELETE FROM state WHERE scope = ?1 AND key = ?2");
    }

    public void Commit(IReadOnlyList<StoreChange> changes)
    {
        _counts.Clear();
        _begin.Run();
        try
        {
            foreach (var change in changes)
            {
                Apply(change);
            }

            foreach (var (state, by) in _counts.Where(count => count.Value != 0))
            {
                _count.Run((long)state, by);
            }

            _commit.Run();
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_begin, _commit, _rollback, _addEvent, _putDecision, _addDelivery, _stateOf, _moveDelivery, _count, _claim, _putState, _removeState])
        {
            statement.Dispose();
        }
    }

    private void Apply(StoreChange change)
    {
        switch (change)
        {
            case StoreChange.AddEvent(var row):
                _addEvent.Run(
                    row.Sequence, Columns.Of(row.Id), row.Kind, row.Endpoint.Value, Columns.Of(row.Conversation), Columns.Of(row.ReceivedAt), (long)row.Size,
                    BlobFolder.IsFor(row) ? null : row.Body, row.Decision);
                break;
            case StoreChange.PutDecision(var id, var decision):
                _putDecision.Run(Columns.Of(id), decision);
                break;
            case StoreChange.AddDelivery(var row):
                _addDelivery.Run(
                    row.Id.Value, Columns.Of(row.Event), row.Lane.Endpoint.Value, Columns.Of(row.Lane.Address), row.Lane.Critical ? 1L : 0L, (long)row.State,
                    (long)row.Attempts, Columns.Of(row.CreatedAt), NotBefore(row.NotBefore), row.Content, row.Progress);
                Count(row.State, 1);
                break;
            case StoreChange.MoveDelivery move:
                Move(move);
                break;
            case StoreChange.ClaimNative(var claim):
                _claim.Run(Columns.Of(claim.Id), Columns.Of(claim.Event), claim.Delivery?.Value, (long)claim.Part);
                break;
            case StoreChange.PutState put:
                _putState.Run(put.Scope, Columns.Of(put.Key), put.Sealed);
                break;
            case StoreChange.RemoveState remove:
                _removeState.Run(remove.Scope, Columns.Of(remove.Key));
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Move(StoreChange.MoveDelivery move)
    {
        if (_stateOf.Scalar(move.Id.Value) is not long old)
        {
            return;
        }

        _moveDelivery.Run(move.Id.Value, (long)move.State, (long)move.Attempts, NotBefore(move.NotBefore), move.Progress);
        Count((DeliveryState)old, -1);
        Count(move.State, 1);
    }

    // Kept as rows, and written once per transaction: counting a long history would read all of it.
    private void Count(DeliveryState state, int by) => _counts[state] = _counts.GetValueOrDefault(state) + by;

    private static long? NotBefore(DateTimeOffset? instant) => instant is { } at ? Columns.Of(at) : null;

    private void Rollback()
    {
        try
        {
            _rollback.Run();
        }
        catch (SqliteException)
        {
            // SQLite rolls back by itself on a full disk and then knows no transaction; the first failure is the one to tell.
        }
    }
}
