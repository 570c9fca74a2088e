namespace Bridge.Testing.Matrix;

/// <summary>When a hook is called: a test may kill the daemon there.</summary>
public enum Moment
{
    /// <summary>A call has come; nothing is done yet.</summary>
    Arrived,

    /// <summary>The work is done, nothing is answered.</summary>
    BeforeAnswer,

    /// <summary>The answer has been written to the connection.</summary>
    AfterAnswer,

    /// <summary>A transaction is about to be pushed.</summary>
    BeforePush,

    /// <summary>The application service has answered a transaction, and that is not recorded yet.</summary>
    AfterPush,
}

/// <summary>Where the homeserver stands at a <see cref="Moment"/>.</summary>
/// <param name="Moment">When.</param>
/// <param name="Call">The call; null of a push.</param>
/// <param name="TransactionId">Of a push; null of a call.</param>
public sealed record Passage(Moment Moment, MatrixCall? Call, string? TransactionId);
