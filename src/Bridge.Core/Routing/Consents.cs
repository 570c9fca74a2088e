using System.Text.Json.Serialization;
using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Messages;

namespace Bridge.Core.Routing;

/// <summary>How often an endpoint answered by itself at an address since the first time; keyed by address.</summary>
public sealed record Answers(int Count, DateTimeOffset? Forget) : Remembered(null, Forget)
{
    [JsonIgnore]
    public override bool IsVolatile => true;
}

/// <summary>
/// Keeps what people say about being written to, and owes what the endpoint answers. What they say is believed of everybody: it only ends or allows what rules send, and
/// is itself routed like any message.
/// </summary>
internal static class Consents
{
    /// <summary>The route id under which <c>trace</c> shows it; no configured one has such a name.</summary>
    public const string Route = "~answer";

    // Enough for a person who changes his mind; a machine that answers our answers gets no more of them, and so falls silent.
    private const int MostAnswers = 5;
    private const int MostAddresses = 10_000;
    private static readonly TimeSpan s_window = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_life = TimeSpan.FromDays(1);

    public static void Take(Draft draft, Arrival arrival)
    {
        var inbound = arrival.Inbound;
        if (inbound.Consent is { } consent)
        {
            Keep(draft, arrival, consent);
        }
        else if (inbound.Answer is { } answer && !draft.Table.Management.Has(inbound.Address))
        {
            Say(draft, arrival, answer, "it asked for that");
        }
    }

    public static SteerAnswer Lift(Draft draft, Steer.LiftOptOut wish)
    {
        var key = OptedOut.KeyOf(wish.At);
        if (draft.Find<OptedOut>(key) is null)
        {
            return SteerAnswer.Refused("it may be written to already", "see who may not: bridge optouts list");
        }

        draft.Forget(key);
        return new SteerAnswer(wish.At.Full, IsNew: true);
    }

    private static void Keep(Draft draft, Arrival arrival, Consent consent)
    {
        var at = arrival.Inbound.Address;
        var key = OptedOut.KeyOf(at);
        if (draft.Find<OptedOut>(key) is null == consent.IsGiven)
        {
            draft.Say(Route, Verdict.Unchanged, consent.IsGiven ? "it may be written to already" : "it is not written to already");
            return;
        }

        if (consent.IsGiven)
        {
            draft.Forget(key);
        }
        else
        {
            draft.Remember(key, new OptedOut(at, consent.Why, consent.Cure, arrival.ReceivedAt, arrival.Id));
        }

        var because = consent.IsGiven ? "it may be written to again" : "it asked not to be written to any more";
        if (arrival.Inbound.Answer is { } answer)
        {
            Say(draft, arrival, answer, because);
        }
        else
        {
            draft.Say(Route, Verdict.Sent, because);
        }
    }

    private static void Say(Draft draft, Arrival arrival, MessageText answer, string because)
    {
        var at = arrival.Inbound.Address;
        var key = new MemoryKey(at.Endpoint.Value, MemoryKinds.Answers, at.Full);
        var before = draft.Find<Answers>(key) is { Forget: { } until } known && until > draft.Now ? known : new Answers(0, draft.Now + s_window);
        if (before.Count >= MostAnswers || (before.Count == 0 && !draft.HasRoom(at.Endpoint.Value, MemoryKinds.Answers, MostAddresses)))
        {
            draft.Say(Route, Verdict.LoopStopped, $"{because}; not answered: that happened {MostAnswers} times within {Words.Of(s_window)}");
            return;
        }

        draft.Remember(key, before with { Count = before.Count + 1 });
        draft.Say(Route, Verdict.Sent, because);
        draft.Owe(new PlannedDelivery(AnswerTo(arrival, answer, draft.Now), because));
    }

    private static DeliveryContent AnswerTo(Arrival arrival, MessageText answer, DateTimeOffset now) => new()
    {
        To = arrival.Inbound.Address,
        Route = Route,
        Content = MessagePosted.Of(answer.Value) with { Manner = MessageManner.Notice },
        IsAnswer = true,
        Expires = now + s_life,
        RetryUntil = now + s_life,
        Source = arrival.Inbound.Address,
        OccurredAt = now,
        Hops = arrival.Inbound.Hops + 1,
    };
}
