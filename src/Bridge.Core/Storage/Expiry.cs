using Bridge.Core.Attachments;
using Bridge.Core.Configuration;
using Bridge.Core.Sealing;

namespace Bridge.Core.Storage;

/// <summary>
/// <c>storage.keep</c>: once an hour, in bounded steps, removes what is older than it says, destroys the keys of periods that are over, and gives the room
/// back. What somebody is still owed stays, with the keys of its epoch.
/// </summary>
/// <param name="store">What things are taken out of.</param>
/// <param name="keys">The keys that end.</param>
/// <param name="files">Attachments.</param>
/// <param name="keep">For how long things are kept, as configured now.</param>
/// <param name="oldestUndecided">
/// When the oldest event came that the rules hold back still (null: none): it and what is younger may come to be owed. Answered once the rules are at work.
/// </param>
/// <param name="telemetry">Told what went.</param>
/// <param name="clock">What time it is.</param>
public sealed class Expiry(
    IStoreUpkeep store, KeyRing keys, AttachmentExpiry files, Func<KeepConfig> keep, Func<Task<DateTimeOffset?>> oldestUndecided, Telemetry telemetry, TimeProvider clock)
{
    private const int EventsPerStep = 100;
    private const int BodiesPerStep = 50;
    private const int KeysPerStep = 500;
    private static readonly TimeSpan s_every = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_idsEvery = TimeSpan.FromDays(1);
    private DateTimeOffset _idsNext;

    /// <summary>Runs until stopping. A failure is told and tried again an hour later.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(s_every, clock);
        try
        {
            do
            {
                await TryAsync(stopping);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
            // Stopping; whatever was done holds.
        }
    }

    /// <summary>One run, now.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var (kept, now) = (keep(), clock.GetUtcNow());
        var held = await oldestUndecided().WaitAsync(cancellationToken);
        await RemoveAsync(kept, now, held ?? now, cancellationToken);

        if (kept.Ids is { } ids && _idsNext <= now)
        {
            await ForgetIdsAsync(now - ids, cancellationToken);
            _idsNext = now + s_idsEvery;
        }

        while (await store.ShrinkAsync(cancellationToken))
        {
            await Task.Yield();
        }
    }

    // A copy that is under way would lack a body that its store names; a shredding moves what is owed to keys that nobody has counted yet.
    private async Task RemoveAsync(KeepConfig kept, DateTimeOffset now, DateTimeOffset undecidedFrom, CancellationToken cancellationToken)
    {
        DateTimeOffset Before(TimeSpan age) => now - age < undecidedFrom ? now - age : undecidedFrom;
        using var held = await store.HoldCopiesAsync(cancellationToken);
        if (kept.Attachments is { } attachments)
        {
            await RemoveBigBodiesAsync(Before(attachments), cancellationToken);
        }

        if (kept.Messages is { } messages)
        {
            await RemoveEventsAsync(Before(messages), now, cancellationToken);
            await DestroyKeysAsync(Before(messages), cancellationToken);
        }

        var (gone, unread) = await files.RunAsync((kept.Attachments ?? kept.Messages) is { } age ? Before(age) : DateTimeOffset.MinValue, now, cancellationToken);
        telemetry.Expired("attachments", gone);
        if (unread > 0)
        {
            telemetry.ExpiryFailed($"{unread} attachments cannot be opened, and files that nothing seems to name are kept: is keys.db the right one?");
        }
    }

    private async Task TryAsync(CancellationToken stopping)
    {
        try
        {
            await RunOnceAsync(stopping);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            // What is not told for the operator may hold anything: its kind alone is logged.
            telemetry.ExpiryFailed(failure is StoreException ? failure.Message : failure.GetType().Name);
        }
    }

    private async Task RemoveBigBodiesAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        int gone;
        do
        {
            gone = await store.RemoveBigBodiesAsync(before, BodiesPerStep, cancellationToken);
            telemetry.Expired("attachments", gone);
            await Task.Yield();
        }
        while (gone == BodiesPerStep);
    }

    private async Task RemoveEventsAsync(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var after = 0L;
        var gone = 0;
        while (await store.AgedEventsAsync(before, after, EventsPerStep, cancellationToken) is { Count: > 0 } aged)
        {
            gone += await store.RemoveEventsAsync([.. aged.Where(item => !item.IsOwed).Select(item => item.Id)], cancellationToken);
            after = aged[^1].Sequence;
            await Task.Yield();
        }

        if (gone > 0)
        {
            await store.NoteExpiryAsync(before, now, cancellationToken);
            telemetry.Expired("messages", gone);
        }
    }

    private async Task DestroyKeysAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        int destroyed;
        do
        {
            destroyed = keys.DestroyEnded(before, await store.KeysOwedAsync(before, cancellationToken), KeysPerStep);
            telemetry.KeysExpired(destroyed);
            await Task.Yield();
        }
        while (destroyed == KeysPerStep);
    }

    private async Task ForgetIdsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        BlindIndex? after = null;
        do
        {
            after = await store.ForgetNativesAsync(before, after, cancellationToken);
            await Task.Yield();
        }
        while (after is not null);
    }
}
