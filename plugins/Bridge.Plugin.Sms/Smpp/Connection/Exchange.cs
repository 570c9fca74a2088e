using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugin.Sms.Smpp.Connection;

/// <summary>What came of a request: a closed hierarchy.</summary>
internal abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>The SMS centre answered.</summary>
    public sealed record Answered(Pdu Pdu) : Reply;

    /// <summary>The session ended without an answer.</summary>
    /// <param name="MayHaveArrived">False when not a byte of the request has left.</param>
    public sealed record Lost(bool MayHaveArrived) : Reply;
}

/// <summary>A request that waits for its answer.</summary>
internal sealed class Exchange(CommandId command, long begunAt)
{
    private readonly TaskCompletionSource<Reply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hasLeft;

    public CommandId Command => command;

    /// <summary>By the clock's timestamps.</summary>
    public long BegunAt => begunAt;

    /// <summary>Never fails.</summary>
    public Task<Reply> Reply => _reply.Task;

    /// <summary>Whether a byte of it may have left.</summary>
    public bool HasLeft => _hasLeft;

    public void Leaves() => _hasLeft = true;

    public void End(Reply reply) => _reply.TrySetResult(reply);
}
