using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Bridge.Testing.Matrix;
using Bridge.Testing.Sms;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>What alice and a person with a phone say to each other, numbered, and what of it came to the other.</summary>
internal sealed partial class SmsTalk(Homeserver homeserver, MatrixUser alice, string room, SmsSide side)
{
    private const string Heard = "heard ";
    private readonly List<string> _said = [];
    private readonly ConcurrentDictionary<string, int> _brought = [];
    private readonly ConcurrentBag<int> _inDoubt = [];

    public int Count => 2 * _said.Count;

    /// <summary>The last word each is where it should be.</summary>
    public bool IsThrough
    {
        get
        {
            var last = _said.Count - 1;
            return homeserver.CountOf(room, Heard + last) > 0 && (IsWhole(PartsOf(last)) || Doubted().Contains(last));
        }
    }

    /// <summary>The number of the message that a part is of; null when it has none.</summary>
    public static int? NumberOf(string part) =>
        Number().Match(part) is { Success: true } match ? int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) : null;

    /// <summary>Each says something; every other word of alice's is long.</summary>
    public void Say()
    {
        var number = _said.Count;
        side.Bring(Heard + number);
        _said.Add(alice.Say(room, string.Concat(Enumerable.Repeat($"m{number}.", number % 2 == 0 ? 1 : 60))));
    }

    public void WasBrought(string text) => _brought.AddOrUpdate(text, 1, (_, times) => times + 1);

    /// <summary>Nobody but the network can know what became of it.</summary>
    public void MustBeInDoubt(string part)
    {
        if (NumberOf(part) is { } number)
        {
            _inDoubt.Add(number);
        }
    }

    public SmsAccount Account()
    {
        var doubted = Doubted();
        var messages = Enumerable.Range(0, _said.Count).Select(number => (Number: number, Parts: PartsOf(number))).ToList();
        var heard = homeserver.MessagesIn(room).Select(message => message.Body!)
            .Where(body => body.StartsWith(Heard, StringComparison.Ordinal)).ToList();
        var sequence = side.Parts.Select(part => (Number: NumberOf(part.Text) ?? -1, part.Sequence)).ToList();
        return new SmsAccount(
            Lost: [.. messages.Where(message => !IsWhole(message.Parts)).Select(message => message.Number).Except(doubted)],
            Doubled: [.. messages.Where(message => IsTwice(message.Parts)).Select(message => message.Number)],
            OutOfOrder: !sequence.SequenceEqual(sequence.Order()),
            Uncertain: [.. doubted.Order()],
            ShouldBeUncertain: [.. _inDoubt.Except(doubted).Order()],
            NotHeard: [.. Enumerable.Range(0, _said.Count).Where(number => !heard.Contains(Heard + number))],
            HeardTwice: [.. heard.GroupBy(body => body)
                .Where(same => same.Count() > (side.NamesWhatItBrings ? 1 : _brought[same.Key])).Select(same => same.Key)]);
    }

    private static bool IsWhole(List<SmsPart> parts) => parts.Count > 0 && parts.Select(part => part.Sequence).Distinct().Count() == parts[0].Total;

    private static bool IsTwice(List<SmsPart> parts) => parts.DistinctBy(part => part.Sequence).Count() < parts.Count;

    private List<SmsPart> PartsOf(int number) => [.. side.Parts.Where(part => NumberOf(part.Text) == number)];

    // Told in the room, as an answer to the message.
    private HashSet<int> Doubted() =>
        [.. homeserver.MessagesIn(room)
            .Where(message => message.Text("msgtype") == "m.notice" && message.Body!.Contains("not delivered", StringComparison.Ordinal))
            .Select(message => _said.IndexOf(
                message.Content.GetProperty("m.relates_to").GetProperty("m.in_reply_to").GetProperty("event_id").GetString()!))];

    [GeneratedRegex(@"m(?<number>\d+)\.", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}

/// <summary>What came of it all. Numbers are those of messages.</summary>
/// <param name="Lost">Not at the network as a whole, and nobody was told.</param>
/// <param name="Doubled">A part of it is at the network more than once.</param>
/// <param name="OutOfOrder">Whether the network did not get the parts as they were said.</param>
/// <param name="Uncertain">Told as such.</param>
/// <param name="ShouldBeUncertain">Those that must be and are not.</param>
/// <param name="NotHeard">In the room.</param>
/// <param name="HeardTwice">More often than the network excuses.</param>
internal sealed record SmsAccount(
    IReadOnlyList<int> Lost, IReadOnlyList<int> Doubled, bool OutOfOrder, IReadOnlyList<int> Uncertain, IReadOnlyList<int> ShouldBeUncertain,
    IReadOnlyList<int> NotHeard, IReadOnlyList<string> HeardTwice)
{
    /// <summary>Empty when it is as it should be.</summary>
    public override string ToString() => string.Concat(
        Words("lost", Lost), Words("doubled", Doubled), OutOfOrder ? "out of order; " : "", Words("not called uncertain", ShouldBeUncertain),
        Words("not heard", NotHeard), Words("heard twice", HeardTwice));

    private static string Words<T>(string what, IReadOnlyList<T> which) => which.Count == 0 ? "" : $"{what}: {string.Join(", ", which)}; ";
}
