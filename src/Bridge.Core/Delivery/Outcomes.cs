using Bridge.Abstractions;

namespace Bridge.Core.Delivery;

/// <summary>What an answer to a send means, by what a resend means on that network (law 3). Pure.</summary>
internal static class Outcomes
{
    /// <param name="result">The endpoint's; see <see cref="NoAnswer"/>.</param>
    /// <param name="resend">The network's resend class.</param>
    /// <param name="retryUncertain">The rule says that an uncertain delivery is to be sent again.</param>
    public static Next Of(SendResult result, ResendClass resend, bool retryUncertain) => result switch
    {
        SendResult.Delivered delivered => new Next.Through(delivered.Ids, Reported: false),
        SendResult.Accepted accepted => new Next.Through(accepted.Ids, Reported: true),
        SendResult.Deferred deferred => new Next.Again(deferred.Why, deferred.After, Doubtful: false),
        SendResult.Refused refused => new Next.Refused(refused.Why, refused.Cure, refused.UnitsUsed),
        SendResult.Uncertain uncertain => Unknown(uncertain.Why, resend, retryUncertain),
        _ => throw new ArgumentException($"unknown result {result.GetType().Name}", nameof(result)),
    };

    /// <summary>An exception instead of a result: the outcome is unknown. Its message may quote content, so only its kind is told.</summary>
    public static SendResult.Uncertain NoAnswer(Exception failure) => new(failure switch
    {
        TimeoutException => "no answer in time",
        OperationCanceledException => "the connection ended while it was being sent",
        _ => $"sending failed: {failure.GetType().Name}",
    });

    /// <summary>Whether a delivery whose part may be with the network can simply be sent once more.</summary>
    public static bool MayResend(ResendClass resend, DateTimeOffset? doubtSince, DateTimeOffset now) =>
        doubtSince is not { } since || resend switch
        {
            ResendClass.Keyed keyed => now - since <= keyed.Window,
            ResendClass.Harmless => true,
            _ => false,
        };

    private static Next Unknown(string why, ResendClass resend, bool retryUncertain) =>
        resend is ResendClass.Unsafe && !retryUncertain ? new Next.Uncertain(why) : new Next.Again(why, null, Doubtful: true);
}

/// <summary>What follows from a send: a closed hierarchy.</summary>
internal abstract record Next
{
    private Next()
    {
    }

    /// <summary>The network has the part.</summary>
    /// <param name="Ids">What it is called there.</param>
    /// <param name="Reported">A report will follow.</param>
    public sealed record Through(EquatableArray<NativeId> Ids, bool Reported) : Next;

    /// <summary>The part is to be sent again.</summary>
    /// <param name="Why">For the operator.</param>
    /// <param name="After">Not sooner, when the network said so.</param>
    /// <param name="Doubtful">The network may have it already.</param>
    public sealed record Again(string Why, TimeSpan? After, bool Doubtful) : Next;

    /// <summary>The network will never take it.</summary>
    /// <param name="Why">For the operator.</param>
    /// <param name="Cure">What a person can do about it.</param>
    /// <param name="UnitsUsed">Of what it was to cost.</param>
    public sealed record Refused(string Why, string? Cure, int UnitsUsed) : Next;

    /// <summary>It may have arrived, and must not be sent again by itself.</summary>
    public sealed record Uncertain(string Why) : Next;
}
