using Bridge.Core.Configuration;
using Bridge.Core.Expressions;
using Xunit;

namespace Bridge.Core.Tests.Expressions;

public sealed class ProblemTests
{
    [Theory]
    [InlineData("", 1, "an expression is missing", "write a condition, such as: payload.state == 'on'")]
    [InlineData("   ", 4, "an expression is missing", "write a condition, such as: payload.state == 'on'")]
    [InlineData("1 +", 4, "the expression ends too early", "write what belongs after '+'")]
    [InlineData("payload.battery < 15 %", 23, "the expression ends too early", "a number has no unit: write the number alone")]
    [InlineData("payload.t > 15 °C", 16, "unexpected '°'", "a number has no unit: write the number alone")]
    [InlineData("payload.t > 15 C", 16, "unexpected 'C'", "a number has no unit: write the number alone")]
    [InlineData("{{ payload.water_leak }}", 1, "'{{' inside an expression", "write the expression without {{ and }}")]
    [InlineData("payload.x is true", 11, "'is' is not part of the language", "write '==' to compare")]
    [InlineData("payload.x matches \"abc\"", 11, "'matches' is a filter, not an operator", "write: x | matches('^[a-z]+$')")]
    [InlineData("payload.b.number() > 1", 11, "the filter 'number' stands after '.'", "write: x | number")]
    [InlineData("(payload.b.number() > 1)", 12, "the filter 'number' stands after '.'", "write: x | number")]
    [InlineData("not (payload.x matches 'abc')", 16, "'matches' is a filter, not an operator", "write: x | matches('^[a-z]+$')")]
    [InlineData("true annd false", 6, "unexpected 'annd'", "did you mean 'and'?")]
    [InlineData("payload.b.foo()", 14, "unexpected '('", "only filters take arguments, as in: x | round(1)")]
    [InlineData("payload.x !== 1", 11, "'!==' is not an operator", "write '!='")]
    [InlineData("payload.x === 1", 11, "'===' is not an operator", "write '=='")]
    [InlineData("payload.x <> 1", 11, "'<>' is not an operator", "write '!='")]
    [InlineData("payload.x => 1", 11, "'=>' is not an operator", "write '>='")]
    [InlineData("(payload.a == payload.b", 1, "this '(' has no ')'", "add the missing ')'")]
    [InlineData("1 == (payload.a payload.b)", 17, "'payload' where ')' is needed", "close the '(' before it")]
    [InlineData("[1 2]", 4, "'2' where ',' is needed", "separate with ',' or close the '[' before it")]
    [InlineData("1 == 2)", 7, "unexpected ')'", "remove it, or write what belongs before it")]
    [InlineData("== 1", 1, "unexpected '=='", "write what belongs before '=='")]
    [InlineData("and true", 1, "'and' needs something before it", "write what belongs before 'and'")]
    [InlineData("severity >= \"warning\"", 13, "'severity' is a severity, which a string never equals", "write warning without quotes")]
    [InlineData("'hight' == severity", 1, "'severity' is a severity, which a string never equals", "write info, notice, warning or critical, without quotes")]
    [InlineData("severity in [warning, 'critical']", 13, "'severity' is a severity, which a string never equals", "write critical without quotes")]
    [InlineData("topic == 'a/b'", 10, "'topic' is a list, which a string never equals", "compare topic_str, or one level: topic[0]")]
    [InlineData("now > '22:00'", 7, "'now' is a time, which a string never equals", "compare its text: (now | time) > '22:00'")]
    [InlineData("topic.name", 7, "'topic' is a list and has no 'name'", "write topic[0] for the first level, or topic_str for all of it")]
    [InlineData("payload.x | round('a')", 19, "not a number of digits", "write a whole number from 0 to 15: x | round(1)")]
    [InlineData("1.5 | round(99)", 13, "not a number of digits", "write a whole number from 0 to 15: x | round(1)")]
    [InlineData("now | date('QQQ')", 12, "not a time format", "write for example 'HH:mm', 'dd.MM.yyyy', 'iso' or 'unix'")]
    [InlineData("payload.x = 1", 11, "'=' is not an operator", "write '==' to compare")]
    [InlineData("true && false", 6, "'&&' is not an operator", "write 'and'")]
    [InlineData("true || false", 6, "'||' is not an operator", "write 'or'")]
    [InlineData("!true", 1, "'!' is not an operator", "write 'not'")]
    [InlineData("1 < 2 < 3", 7, "comparisons cannot be chained", "join two comparisons with 'and'")]
    [InlineData("1 == not true", 6, "'not' binds looser than what stands before it", "put it in parentheses: (not ...)")]
    [InlineData("1 not in [1]", 3, "'not' cannot stand here", "write: not (x in y)")]
    [InlineData("\"abc", 1, "a string without an end", "close it with \"")]
    [InlineData("\"a\\qb\"", 3, "an unknown escape", "known are \\n \\t \\\\ \\\" \\' and \\u with four hexadecimal digits")]
    [InlineData("5x", 1, "'5x' is neither a number nor a duration", "durations are like 5m or 1h30m, with d, h, m, s, ms")]
    [InlineData("30m1h", 1, "'30m1h' is neither a number nor a duration", "durations are like 5m or 1h30m, with d, h, m, s, ms")]
    [InlineData("1e999", 1, "a number too large", "write at most 1e308")]
    [InlineData("(1 + 2", 1, "this '(' has no ')'", "add the missing ')'")]
    [InlineData("[1, 2", 1, "this '[' has no ']'", "add the missing ']'")]
    [InlineData("true ? 1", 9, "the end where ':' is needed", "a ? b : c needs its ':'")]
    [InlineData("payload.", 9, "a name is missing after '.'", "write [0] for an item and [\"name\"] for an unusual name")]
    [InlineData("payload.0", 9, "a name is missing after '.'", "write [0] for an item and [\"name\"] for an unusual name")]
    [InlineData("1 2", 3, "unexpected '2'", "join conditions with 'and' or 'or', and put a text into quotes")]
    [InlineData("a @ b", 3, "unexpected '@'", "put a text into quotes")]
    [InlineData("{1: 2}", 2, "a map needs a name here", "maps are like {\"name\": value}")]
    [InlineData("payloda.x", 1, "unknown name 'payloda'", "did you mean 'payload'?")]
    [InlineData("severity >= critcal", 13, "unknown name 'critcal'", "did you mean 'critical'?")]
    [InlineData("True", 1, "unknown name 'True'", "did you mean 'true'?")]
    [InlineData("payload.tele-temp", 14, "unknown name 'temp'", "a name with a hyphen is written in brackets: payload[\"a-b\"]")]
    [InlineData("upper", 1, "'upper' is a filter", "write: x | upper")]
    [InlineData("payload.x | uper", 13, "unknown filter 'uper'", "did you mean 'upper'?")]
    [InlineData("startswith(topic_str, 'a')", 1, "unknown filter 'startswith'", "did you mean 'startsWith'?")]
    [InlineData("topic_str | replace('a')", 13, "replace takes 2 arguments, not 1", "write: x | replace('_', ' ')")]
    [InlineData("topic_str | upper(1)", 13, "upper takes 0 arguments, not 1", "write: x | upper")]
    [InlineData("upper()", 1, "upper() needs a value to work on", "write: x | upper")]
    [InlineData("topic_tail()", 1, "topic_tail takes 1 argument, not 0", "write: topic_tail(1)")]
    [InlineData("topic_str | matches(route)", 21, "the pattern of matches must be written out", "write: x | matches('^[a-z]+$')")]
    [InlineData("topic_str | matches('(a')", 21, "not a regular expression: at offset 2. Not enough )'s.", null)]
    [InlineData("topic_str | matches('(a)\\\\1')", 21, "the pattern cannot be matched in bounded time", "leave out look-around, back-references, atomic groups and huge repeats")]
    [InlineData("now | time('%')", 12, "not a time format", "write for example 'HH:mm', 'dd.MM.yyyy', 'iso' or 'unix'")]
    [InlineData("now | time(route)", 12, "the format must be written out", "write for example 'HH:mm'")]
    public void A_mistake_is_named_with_its_column_and_a_cure(string source, int column, string message, string? cure)
    {
        var parsed = Expression.Parse(source);
        Assert.Null(parsed.Value);
        Assert.Equal(new SyntaxProblem(column, message, cure), parsed.Problems[^1]);
    }

    [Fact]
    public void All_wrong_names_are_said_at_once() =>
        Assert.Equal([1, 13, 22], Expression.Parse("payloda.x | upperr + rute").Problems.Select(p => p.Column));

    [Fact]
    public void Columns_in_a_template_count_from_its_start()
    {
        var problems = Template.Parse("Ä {{ payload.x | uper }} and {{ 1 + }} {{ ok").Problems;
        Assert.Equal([18, 37, 40], problems.Select(p => p.Column));
    }

    [Theory]
    [InlineData("a {{ payload.x", 3, "'{{' is not closed")]
    [InlineData("{{ payload.x }", 1, "'{{' is not closed")]
    [InlineData("{{ }}", 4, "an expression is missing")]
    [InlineData("{% if x %}", 1, "block tags are not part of the language")]
    [InlineData("{{ \"a }}", 4, "a string without an end")]
    public void A_broken_template_is_refused(string source, int column, string message) =>
        Assert.Equal((column, message), Template.Parse(source).Problems is [var p, ..] ? (p.Column, p.Message) : default);

    [Theory]
    [InlineData("untill", "until")]
    [InlineData("cooldwon", "cooldown")]
    [InlineData("UNTIL", "until")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    [InlineData("to", null)]
    public void The_nearest_word_is_suggested_only_when_it_is_near(string word, string? expected) =>
        Assert.Equal(expected, Suggestion.Nearest(word, ["until", "cooldown", "when", "text"]));
}
