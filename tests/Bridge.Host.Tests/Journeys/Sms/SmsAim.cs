using Bridge.Testing.Sms;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>Where the daemon is to be killed.</summary>
/// <param name="Moment">Null: at any time.</param>
/// <param name="Sequence">Of which part, of a message of ours.</param>
/// <param name="IsHeard">Whether the last word of the daemon, that it has a message, still reaches the network.</param>
internal sealed record SmsAim(SmsMoment? Moment, int Sequence = 1, bool IsHeard = false)
{
    public static SmsAim Of(Random random) => random.Next(9) switch
    {
        0 => new SmsAim(Moment: null),
        1 => new SmsAim(SmsMoment.Arriving),
        2 => new SmsAim(SmsMoment.Taken),
        3 => new SmsAim(SmsMoment.Taken, Sequence: 2),
        4 => new SmsAim(SmsMoment.Answered),
        5 => new SmsAim(SmsMoment.Answered, Sequence: 2),
        6 => new SmsAim(SmsMoment.Brought),
        7 => new SmsAim(SmsMoment.Acknowledged),
        _ => new SmsAim(SmsMoment.Acknowledged, IsHeard: true),
    };

    public bool Hits(SmsPassage passage) => passage.Moment == Moment && passage.Part.Sequence == Sequence;

    /// <summary>Whether nothing but <c>uncertain</c> can become of what is killed there.</summary>
    public static bool LeavesInDoubt(SmsPassage passage) =>
        passage.Moment is SmsMoment.Announced or SmsMoment.Arriving or SmsMoment.Taken
        || (passage.Moment == SmsMoment.Answered && passage.Part.Sequence < passage.Part.Total);
}
