using Bridge.Abstractions;
using Bridge.Plugin.Sms.Codec;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Codec;

public sealed class ReassemblyTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(30);

    private readonly ManualClock _clock = new();

    [Fact]
    public void What_is_split_joins_to_the_same_in_any_order_with_any_repeats()
    {
        var random = new Random(507);
        var reassembler = new Reassembler(_clock, s_patience, 2_000);
        for (var round = 0; round < 600; round++)
        {
            var text = RandomTexts.Any(random);
            var cut = Segmenter.Split(text, new SegmentRules { Most = 255 })!;
            var parts = cut.Segments.Select((segment, i) => PartOf(segment.Text.Value, cut.Coding, round % 256, cut.Segments.Count, i + 1)).ToList();
            var arrivals = parts.Concat(parts.Where(_ => random.Next(3) == 0)).OrderBy(_ => random.Next()).ToList();
            var whole = arrivals.Select(part => Feed(reassembler, part)).OfType<string>().ToList();
            Assert.Equal(text, Assert.Single(whole));
            _clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(0, reassembler.Count);
    }

    [Fact]
    public void A_pair_that_a_gateway_split_between_two_parts_is_whole_again()
    {
        var reassembler = new Reassembler(_clock, s_patience, 10);
        Assert.Null(Feed(reassembler, PartOf("\ude00 end", TextCoding.Utf16, 1, 2, 2)));
        Assert.Equal("я\ud83d\ude00 end", Feed(reassembler, PartOf("я\ud83d", TextCoding.Utf16, 1, 2, 1)));
    }

    [Fact]
    public void A_repeat_of_a_finished_message_is_known_for_a_while_and_other_words_under_its_reference_are_new()
    {
        var reassembler = new Reassembler(_clock, s_patience, 10);
        Feed(reassembler, PartOf("a", TextCoding.Gsm7, 1, 2, 1));
        Assert.Equal("ab", Feed(reassembler, PartOf("b", TextCoding.Gsm7, 1, 2, 2)));
        Assert.IsType<Step.Repeats>(reassembler.Take(PartOf("b", TextCoding.Gsm7, 1, 2, 2)));
        Assert.IsType<Step.Waits>(reassembler.Take(PartOf("c", TextCoding.Gsm7, 1, 2, 1)));
    }

    [Fact]
    public void The_same_words_with_another_time_stamp_are_another_message_and_with_the_same_one_a_repeat_for_days()
    {
        var reassembler = new Reassembler(_clock, s_patience, 10);
        Part Stamped(string text, int sequence, int at) => PartOf(text, TextCoding.Gsm7, 1, 2, sequence) with { Stamp = DateTimeOffset.UnixEpoch.AddMinutes(at) };
        Feed(reassembler, Stamped("ALARM ", 1, at: 0));
        Assert.Equal("ALARM on", Feed(reassembler, Stamped("on", 2, at: 0)));
        Feed(reassembler, Stamped("ALARM ", 1, at: 5));
        Assert.Equal("ALARM on", Feed(reassembler, Stamped("on", 2, at: 5)));
        _clock.Advance(TimeSpan.FromDays(6));
        Assert.IsType<Step.Repeats>(reassembler.Take(Stamped("on", 2, at: 0)));
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.IsType<Step.Waits>(reassembler.Take(Stamped("on", 2, at: 0)));
    }

    [Fact]
    public void Two_messages_under_one_reference_do_not_mix()
    {
        var reassembler = new Reassembler(_clock, s_patience, 10);
        Assert.Null(Feed(reassembler, PartOf("a", TextCoding.Gsm7, 1, 2, 1)));
        Assert.Null(Feed(reassembler, PartOf("c", TextCoding.Gsm7, 1, 2, 1)));
        Assert.Equal("ab", Feed(reassembler, PartOf("b", TextCoding.Gsm7, 1, 2, 2)));
        Assert.Equal("cd", Feed(reassembler, PartOf("d", TextCoding.Gsm7, 1, 2, 2)));
    }

    [Fact]
    public void What_waits_too_long_is_overdue_with_a_mark_where_parts_are_missing()
    {
        var reassembler = new Reassembler(_clock, s_patience, 10);
        Feed(reassembler, PartOf("b", TextCoding.Gsm7, 1, 4, 2));
        Feed(reassembler, PartOf("c", TextCoding.Gsm7, 1, 4, 3));
        Assert.Empty(reassembler.Overdue());
        _clock.Advance(s_patience);
        Assert.Equal("~bc~", Reassembler.TextOf(Assert.Single(reassembler.Overdue()), "~"));
    }

    [Fact]
    public void Beyond_the_bound_the_oldest_is_overdue_at_once()
    {
        var reassembler = new Reassembler(_clock, s_patience, 3);
        for (var i = 0; i < 5; i++)
        {
            Feed(reassembler, PartOf($"{i}", TextCoding.Gsm7, i, 2, 1) with { ReceivedAt = _clock.GetUtcNow() });
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["0", "1"], reassembler.Overdue().Select(parts => Reassembler.TextOf(parts)));
    }

    /// <summary>As a receiver that stores everything at once; the text when it is whole.</summary>
    private string? Feed(Reassembler reassembler, Part part)
    {
        switch (reassembler.Take(part))
        {
            case Step.Waits waits:
                reassembler.Keep(waits.Part);
                return null;
            case Step.Completes completes:
                reassembler.Forget(completes.Parts, JoinedMessage.Of(completes.Parts, _clock.GetUtcNow()));
                return Reassembler.TextOf(completes.Parts);
            default:
                return null;
        }
    }

    private Part PartOf(string text, TextCoding coding, int reference, int total, int sequence) => new(
        new PartKey("+4915100000012", "", reference, total), sequence, coding,
        new Payload(coding == TextCoding.Gsm7 ? Gsm7Alphabet.Default.TryEncode(text)! : Utf16.Encode(text)), _clock.GetUtcNow());
}
