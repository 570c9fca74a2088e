using Bridge.Core;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Host.Admin;

namespace Bridge.Host.Daemon;

/// <summary>What <c>bridge keys</c> does with the keys of an open data folder: in the daemon, or in the command itself when no daemon has the folder.</summary>
internal sealed class KeyCommands(KeyRing keys, Telemetry telemetry)
{
    public KeysReport List()
    {
        var found = keys.Inventory();
        return new KeysReport(
            [.. found.Slots.Select(slot => new SlotReport(slot.Id, slot.Kind, slot.Name, slot.MadeAt, slot.UsedAt, slot.InUse))],
            found.Generation, found.EpochKeys, found.Rotating, found.OldestEnds, found.Damaged);
    }

    public AddedSlotReport Add(KeyRequest request)
    {
        var source = SourceOf(request);
        var slot = keys.AddSlot(source);
        telemetry.SlotAdded(slot, source.ToString());
        return new AddedSlotReport(slot, source.Kind, source.Place);
    }

    public KeysReport Remove(RemoveSlotRequest request)
    {
        if (request.Proof is { } proof && keys.Prove(SourceOf(proof)) == request.Slot)
        {
            throw new KeyException($"that opens slot {request.Slot} itself; show that another slot can be opened");
        }

        keys.RemoveSlot(request.Slot);
        telemetry.SlotRemoved(request.Slot);
        return List();
    }

    /// <summary>In bounded steps: whoever seals or opens waits for one of them at most.</summary>
    public async Task<KeysReport> RotateAsync(CancellationToken cancellationToken)
    {
        keys.BeginRotation();
        telemetry.RotationBegan(keys.Generation);
        while (keys.Rotate())
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested(); // the next start goes on
        }

        telemetry.RotationEnded(keys.Generation);
        return List();
    }

    private static KeySource SourceOf(KeyRequest request) => (request.Kind, request.Secret) switch
    {
        ("key-file" or "credential" or "environment", { } secret) => KeySource.FromText(request.Kind, request.Place, secret),
        ("credential", null) => Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } folder && KeySources.FromCredential(folder) is { } source
            ? source
            : throw new AdminException(
                AdminErrorCode.Failed, $"the daemon was not given the credential {KeySources.Credential}", "name the file that will become it: bridge keys add credential FILE"),
        ("passphrase", { Length: > 0 } secret) => KeySource.FromPassphrase(request.Place, secret),
        ("recovery-code", { } secret) => KeySource.FromRecoveryCode(secret),
        _ => throw new AdminException(AdminErrorCode.Usage, $"there is no key of the kind '{request.Kind}', or it is empty"),
    };
}

internal static class KeyCommandTable
{
    public static AdminCommands AddKeys(this AdminCommands table, KeyCommands keys) => table
        .Add<Nothing, KeysReport>("keys", (_, _) => DoAsync(() => Task.FromResult(keys.List())))
        .Add<KeyRequest, AddedSlotReport>("keys-add", (request, _) => DoAsync(() => Task.FromResult(keys.Add(request))))
        .Add<RemoveSlotRequest, KeysReport>("keys-remove", (request, _) => DoAsync(() => Task.FromResult(keys.Remove(request))))
        .Add<Nothing, KeysReport>("keys-rotate", (_, cancellationToken) => DoAsync(() => keys.RotateAsync(cancellationToken)));

    // Both exceptions speak to the operator, and hold no secret.
    private static async Task<T> DoAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await Task.Run(work);
        }
        catch (Exception failure) when (failure is KeyException or StoreException)
        {
            throw new AdminException(AdminErrorCode.Failed, failure.Message);
        }
    }
}
