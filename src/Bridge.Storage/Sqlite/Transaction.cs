using System.Diagnostics;
using Bridge.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Bridge.Storage.Sqlite;

/// <summary>Writes changes on the one writing connection; one transaction at a time.</summary>
internal sealed class Transaction : IDisposable
{
    private readonly WriteStatement _begin;
    private readonly WriteStatement _commit;
    private readonly WriteStatement _rollback;
    private readonly WriteStatement _addEvent;
    private readonly WriteStatement _putDecision;
    private readonly WriteStatement _addDelivery;
    private readonly WriteStatement _stateOf;
    private readonly WriteStatement _moveDelivery;
    private readonly WriteStatement _count;
    private readonly WriteStatement _claim;
    private readonly WriteStatement _putState;
    private readonly WriteStatement _removeState;
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
                _count.Bind((long)state).Bind(by).Run();
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
        foreach (var statement in (WriteStatement[])[_begin, _commit, _rollback, _addEvent, _putDecision, _addDelivery, _stateOf, _moveDelivery, _count, _claim, _putState, _removeState])
        {
            statement.Dispose();
        }
    }

    private void Apply(StoreChange change)
    {
        switch (change)
        {
            case StoreChange.AddEvent(var row):
                _addEvent
                    .Bind(row.Sequence).Bind(row.Id).Bind(row.Kind).Bind(row.Endpoint.Value).Bind(row.Conversation).Bind(Columns.Of(row.ReceivedAt)).Bind(row.Size)
                    .Bind(BlobFolder.IsFor(row) ? null : row.Body).Bind(row.Decision)
                    .Run();
                break;
            case StoreChange.PutDecision(var id, var decision):
                _putDecision.Bind(id).Bind(decision).Run();
                break;
            case StoreChange.AddDelivery(var row):
                _addDelivery
                    .Bind(row.Id.Value).Bind(row.Event).Bind(row.Lane.Endpoint.Value).Bind(row.Lane.Address).Bind(row.Lane.Critical ? 1 : 0).Bind((long)row.State)
                    .Bind(row.Attempts).Bind(Columns.Of(row.CreatedAt)).Bind(NotBefore(row.NotBefore)).Bind(row.Content).Bind(row.Progress)
                    .Run();
                Count(row.State, 1);
                break;
            case StoreChange.MoveDelivery move:
                Move(move);
                break;
            case StoreChange.ClaimNative(var claim):
                _claim.Bind(claim.Id).Bind(claim.Event).Bind(claim.Delivery?.Value).Bind(claim.Part).Run();
                break;
            case StoreChange.PutState put:
                _putState.Bind(put.Scope).Bind(put.Key).Bind(put.Sealed).Run();
                break;
            case StoreChange.RemoveState remove:
                _removeState.Bind(remove.Scope).Bind(remove.Key).Run();
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Move(StoreChange.MoveDelivery move)
    {
        if (_stateOf.Bind(move.Id.Value).Number() is not { } old)
        {
            return;
        }

        _moveDelivery.Bind(move.Id.Value).Bind((long)move.State).Bind(move.Attempts).Bind(NotBefore(move.NotBefore)).Bind(move.Progress).Run();
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
