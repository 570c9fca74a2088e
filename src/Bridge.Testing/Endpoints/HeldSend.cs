using Bridge.Abstractions;

namespace Bridge.Testing.Endpoints;

/// <summary>A send that waits for the test's answer.</summary>
public sealed class HeldSend
{
    // Continuations run inside Answer: when it returns, the host has heard it.
    private readonly TaskCompletionSource<SendResult> _answer = new();

    internal HeldSend(Outbound outbound, CancellationToken cancellationToken)
    {
        Outbound = outbound;
        cancellationToken.Register(() => _answer.TrySetCanceled(cancellationToken));
    }

    public Outbound Outbound { get; }

    public bool IsAnswered => _answer.Task.IsCompleted;

    internal Task<SendResult> Task => _answer.Task;

    public void Answer(SendResult result) => Inline.Run(() => _answer.TrySetResult(result));

    /// <summary>No answer: the outcome is unknown.</summary>
    public void Fail(Exception failure) => Inline.Run(() => _answer.TrySetException(failure));
}
