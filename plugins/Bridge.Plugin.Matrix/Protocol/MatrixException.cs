namespace Bridge.Plugin.Matrix.Protocol;

/// <summary>The homeserver refused, or did not answer. The message is for the operator: it quotes the error's code and never the server's words, which may hold addresses.</summary>
internal sealed class MatrixException : IOException
{
    public const string Forbidden = "M_FORBIDDEN";
    public const string UnknownToken = "M_UNKNOWN_TOKEN";
    public const string MissingToken = "M_MISSING_TOKEN";
    public const string UserInUse = "M_USER_IN_USE";
    public const string RoomInUse = "M_ROOM_IN_USE";
    public const string Exclusive = "M_EXCLUSIVE";
    public const string NotFound = "M_NOT_FOUND";
    public const string Unrecognized = "M_UNRECOGNIZED";
    public const string LimitExceeded = "M_LIMIT_EXCEEDED";
    public const string DuplicateAnnotation = "M_DUPLICATE_ANNOTATION";
    public const string TooLarge = "M_TOO_LARGE";

    /// <summary>Somebody takes no invitations (MSC 4380), of us at least.</summary>
    public const string InviteBlocked = "M_INVITE_BLOCKED";

    public MatrixException(int status, string? code, TimeSpan? retryAfter = null)
        : base(code is null ? $"the homeserver answered {status}" : $"the homeserver answered {status} {code}") =>
        (Status, Code, RetryAfter) = (status, code, retryAfter);

    /// <summary>There was no answer.</summary>
    /// <param name="message">Why, without addresses.</param>
    /// <param name="mayHaveArrived">False when the request certainly did not reach the homeserver.</param>
    public MatrixException(string message, bool mayHaveArrived)
        : base(message) =>
        MayHaveArrived = mayHaveArrived;

    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public int Status { get; }

    /// <summary>The <c>errcode</c>; null when the answer had none.</summary>
    public string? Code { get; }

    /// <summary>How long the homeserver asks us to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    public bool MayHaveArrived { get; } = true;

    /// <summary>The user is in the room already: what was asked for is so, though it comes as a refusal.</summary>
    public bool IsAlreadyThere { get; init; }

    public bool IsForbidden => Status == 403 && Code is Forbidden or null;

    public bool IsLimit => Status == 429 || Code == LimitExceeded;

    /// <summary>The homeserver may be down: nothing is known of the request.</summary>
    public bool IsOutage => Status is 0 or 408 or >= 500 and <= 599 && !IsLimit && !IsAboutUs;

    /// <summary>The homeserver answers that it could not reach us (ping), with the same statuses.</summary>
    private bool IsAboutUs => Code is "M_BAD_STATUS" or "M_CONNECTION_FAILED" or "M_CONNECTION_TIMEOUT";

    /// <summary>The endpoint's own token is wrong: only the configuration can put that right.</summary>
    public bool IsBadToken => !IsPuppetRefused && (Code is UnknownToken or MissingToken || (Status == 401 && Code is null));

    /// <summary>The same may be answered otherwise later; what is not so is a refusal.</summary>
    public bool IsPassing => IsLimit || IsOutage || IsBadToken;

    /// <summary>The token for people whom Bridge speaks for is wrong. Their ghosts can speak for them.</summary>
    public bool IsPuppetRefused { get; private init; }

    public static MatrixException PuppetRefused(MatrixException refusal) => new(refusal.Status, refusal.Code) { IsPuppetRefused = true };
}
