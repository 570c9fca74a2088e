using System.Security.Cryptography;
using Bridge.Core.Endpoints;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Host.Daemon;

namespace Bridge.Host.Health;

/// <summary>A part that cannot do its work now.</summary>
/// <param name="Part">Such as <c>endpoint home</c>, <c>store</c> or <c>key</c>.</param>
/// <param name="Why">For the operator; no text, readable address or secret.</param>
/// <param name="Since">When known.</param>
internal sealed record Problem(string Part, string Why, DateTimeOffset? Since = null);

/// <summary>Whether everything that is configured can do its work.</summary>
internal sealed class Readiness(Running running)
{
    private const string Scope = "health";

    public async Task<IReadOnlyList<Problem>> ProblemsAsync()
    {
        var problems = new List<Problem?> { Key(), await StoreAsync() };
        var enabled = running.Config().Config.Endpoints.Where(endpoint => endpoint.Enabled).ToDictionary(endpoint => endpoint.Id);
        problems.AddRange(running.Parts.Endpoints.All.Where(endpoint => enabled.ContainsKey(endpoint.Id)).Select(Endpoint));
        return [.. problems.OfType<Problem>()];
    }

    private static Problem? Endpoint(EndpointHandle endpoint)
    {
        var status = endpoint.Status;
        return status is { Phase: EndpointPhase.Connected, Reason: null } ? null
            : new Problem($"endpoint {endpoint.Id}", StoredReports.Word(status.Phase) + (status.Reason is null ? "" : $": {status.Reason}"), status.Since);
    }

    // What is sealed now must be readable now.
    private Problem? Key()
    {
        try
        {
            running.Parts.Sealer.Open(RecordKind.State, RecordId.Of(Word), Sealed());
            return null;
        }
        catch (Exception failure) when (failure is KeyException or SealException or StoreException)
        {
            return new Problem("key", failure.Message);
        }
    }

    private async Task<Problem?> StoreAsync()
    {
        try
        {
            await running.Parts.Store.HeadAsync(CancellationToken.None);
            if (running.Parts.Writer.Failure is not null)
            {
                // Nobody may have written since; the cause may be gone. A harmless value of our own finds out.
                await running.Parts.Writer.WriteAsync([new StoreChange.PutState(Scope, Word, Sealed())]);
            }

            return null;
        }
        catch (Exception failure) when (failure is StoreException or KeyException or ObjectDisposedException)
        {
            return new Problem("store", failure is ObjectDisposedException ? "it is closed" : failure.Message);
        }
    }

    private BlindIndex Word => running.Parts.Sealer.Index(Scope, "writable");

    private byte[] Sealed() => running.Parts.Sealer.Seal(RecordKind.State, RecordId.Of(Word), EpochScope.State, RandomNumberGenerator.GetBytes(16));
}
