using Xunit;

namespace Bridge.Core.Tests.Expressions;

public sealed class FilterTests
{
    private static readonly TestScope s_scope = new(
        """{ "battery": "14", "precise": 21.50, "list": [3, 1, 2, 1], "names": ["b", "a", "B"], "mixed": [1, "a"], "things": [{"n": "x"}, {"n": "y"}, {}], "at": 1795283120, "atms": 1795283120500, "iso": "2026-11-21T18:45:20" }""");

    [Theory]
    [InlineData("null | default(1)", "1")]
    [InlineData("false | default(1)", "false")]
    [InlineData("'' | default(1)", "\"\"")]
    [InlineData("0 | default(1)", "0")]
    [InlineData("default(payload.gone, '?')", "\"?\"")]
    [InlineData("'aä' | upper", "\"AÄ\"")]
    [InlineData("'AÄ' | lower", "\"aä\"")]
    [InlineData("' a\\n' | trim", "\"a\"")]
    [InlineData("1.5 | upper", "\"1.5\"")]
    [InlineData("[1] | upper", "null")]
    [InlineData("null | upper", "null")]
    [InlineData("'hello world' | truncate(5)", "\"hell…\"")]
    [InlineData("'hello' | truncate(5)", "\"hello\"")]
    [InlineData("'hello world' | truncate(7, '...')", "\"hell...\"")]
    [InlineData("'hello' | truncate(2, '...')", "\"..\"")]
    [InlineData("'👍👍👍' | truncate(2)", "\"👍…\"")]
    [InlineData("'hello' | truncate(0)", "\"\"")]
    [InlineData("'hello' | truncate(-1)", "null")]
    [InlineData("'a_b_c' | replace('_', ' ')", "\"a b c\"")]
    [InlineData("replace('aaa', 'a', 'aa')", "\"aaaaaa\"")]
    [InlineData("'abc' | replace('', 'x')", "\"abc\"")]
    [InlineData("'a,b,,c' | split(',')", "[\"a\",\"b\",\"\",\"c\"]")]
    [InlineData("'abc' | split('')", "[\"abc\"]")]
    [InlineData("' +49 (170) 000-00 01' | phone", "\"+491700000001\"")]
    [InlineData("'0049 170 1' | phone", "\"+491701\"")]
    [InlineData("'call me' | phone", "null")]
    [InlineData("'hello' | contains('ell')", "true")]
    [InlineData("contains(payload.list, 2)", "true")]
    [InlineData("'hello' | startsWith('he')", "true")]
    [InlineData("startsWith(message.text, '!')", "false")]
    [InlineData("payload.gone | startsWith('a')", "false")]
    [InlineData("5 | startsWith('5')", "false")]
    [InlineData("'hello' | endsWith('lo')", "true")]
    [InlineData("'abc123' | matches('^[a-z]+[0-9]{3}$')", "true")]
    [InlineData("matches('ABC', '(?i)b')", "true")]
    [InlineData("payload.gone | matches('a')", "false")]
    [InlineData("5 | matches('5')", "false")]
    public void Text_filters_give(string source, string value) => Assert.Equal(value, Run.Evaluate(source, s_scope));

    [Theory]
    [InlineData("payload.battery < 15", "false")]
    [InlineData("payload.battery | number < 15", "true")]
    [InlineData("' -1.5e2 ' | number", "-150")]
    [InlineData("'1,5' | number", "null")]
    [InlineData("'0x10' | number", "null")]
    [InlineData("'NaN' | number", "null")]
    [InlineData("true | number", "null")]
    [InlineData("payload.precise | number", "21.50")]
    [InlineData("90s | number", "90")]
    [InlineData("now | number", "1795283120")]
    [InlineData("2.5 | round", "3")]
    [InlineData("-2.5 | round", "-3")]
    [InlineData("(0 - 2.5) | round", "-3")]
    [InlineData("1.005 | round(2)", "1.01")]
    [InlineData("2.675 | round(2)", "2.68")]
    [InlineData("21.449 | round(1)", "21.4")]
    [InlineData("1e300 | round(2)", "1E+300")]
    [InlineData("'1.5' | round", "null")]
    [InlineData("1.5 | round(0 - 1)", "null")]
    [InlineData("1.5 | round(0 + 99)", "null")]
    [InlineData("1 | plural('door', 'doors')", "\"door\"")]
    [InlineData("0 | plural('door', 'doors')", "\"doors\"")]
    [InlineData("plural(2, 'door', 'doors')", "\"doors\"")]
    public void Number_filters_give(string source, string value) => Assert.Equal(value, Run.Evaluate(source, s_scope));

    [Theory]
    [InlineData("payload.list | join('-')", "\"3-1-2-1\"")]
    [InlineData("payload.things | map('n')", "[\"x\",\"y\",null]")]
    [InlineData("payload.list | first", "3")]
    [InlineData("payload.list | last", "1")]
    [InlineData("[] | first", "null")]
    [InlineData("'abc' | first", "null")]
    [InlineData("payload.list | length", "4")]
    [InlineData("'a👍' | length", "2")]
    [InlineData("{\"a\": 1} | length", "1")]
    [InlineData("null | length", "null")]
    [InlineData("payload.list | sort", "[1,1,2,3]")]
    [InlineData("payload.names | sort", "[\"B\",\"a\",\"b\"]")]
    [InlineData("[5m, 1s] | sort | join(' ')", "\"1s 5m\"")]
    [InlineData("payload.mixed | sort", "[1, \"a\"]")]
    [InlineData("payload.list | unique", "[3,1,2]")]
    [InlineData("[1, '1', true, 'true', 1.0] | unique", "[1,\"1\",true,\"true\"]")]
    [InlineData("payload.mixed | json", "\"[1, \"a\"]\"")]
    [InlineData("'a\"b' | json", "\"\"a\\\"b\"\"")]
    [InlineData("null | json", "\"null\"")]
    [InlineData("5m | json", "\"300\"")]
    public void List_filters_give(string source, string value) => Assert.Equal(value, Run.Evaluate(source, s_scope));

    [Theory]
    [InlineData("alert.age | duration", "\"1 h 5 min\"")]
    [InlineData("90 | duration", "\"1 min 30 s\"")]
    [InlineData("0 | duration", "\"0 s\"")]
    [InlineData("0.25 | duration", "\"250 ms\"")]
    [InlineData("1.25 | duration", "\"1 s\"")]
    [InlineData("'26h' | duration", "\"1 d 2 h\"")]
    [InlineData("7d | duration", "\"7 d\"")]
    [InlineData("(-90s) | duration", "\"-1 min 30 s\"")]
    [InlineData("'soon' | duration", "null")]
    [InlineData("1e300 | duration", "null")]
    [InlineData("now | time", "\"18:45\"")]
    [InlineData("now | time('HH:mm:ss')", "\"18:45:20\"")]
    [InlineData("now | time('h')", "\"6\"")]
    [InlineData("now | time('iso')", "\"2026-11-21T18:45:20+01:00\"")]
    [InlineData("now | date", "\"2026-11-21\"")]
    [InlineData("now | date('dd.MM.yyyy')", "\"21.11.2026\"")]
    [InlineData("payload.at | time", "\"18:45\"")]
    [InlineData("payload.atms | time('ss.fff')", "\"20.500\"")]
    [InlineData("payload.iso | time", "\"18:45\"")]
    [InlineData("'2026-11-21T10:00:00Z' | time", "\"11:00\"")]
    [InlineData("'2026-07-01T10:00:00-05:00' | time", "\"17:00\"")]
    [InlineData("payload.iso | time('unix') | number", "1795283120")]
    [InlineData("'2026-11-21' | date('MMMM')", "\"November\"")]
    [InlineData("'21.11.2026' | date", "null")]
    [InlineData("true | time", "null")]
    [InlineData("-1 | time", "null")]
    [InlineData("1e300 | time", "null")]
    public void Time_filters_give(string source, string value) => Assert.Equal(value, Run.Evaluate(source, s_scope));

    [Theory]
    [InlineData("topic", "[\"zigbee2mqtt\",\"kitchen\",\"leak_sensor\"]")]
    [InlineData("topic_str", "\"zigbee2mqtt/kitchen/leak_sensor\"")]
    [InlineData("topic_tail(1)", "\"kitchen/leak_sensor\"")]
    [InlineData("topic_tail(0)", "\"zigbee2mqtt/kitchen/leak_sensor\"")]
    [InlineData("topic_tail(3)", "null")]
    [InlineData("topic_tail('a')", "null")]
    [InlineData("topic[topic | length - 1]", "\"leak_sensor\"")]
    [InlineData("topic[-1]", "null")]
    [InlineData("topic[0.5]", "null")]
    [InlineData("payload.things[1].n", "\"y\"")]
    [InlineData("payload[\"things\"][0][\"n\"]", "\"x\"")]
    [InlineData("payload['bat' + 'tery']", "\"14\"")]
    [InlineData("payload.battery.deep[3].down", "null")]
    [InlineData("alert('house-offline')", "null")]
    [InlineData("route", "\"leak\"")]
    public void Paths_and_functions_give(string source, string value) => Assert.Equal(value, Run.Evaluate(source, s_scope));

    [Fact]
    public void Any_time_reads_in_any_zone()
    {
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var scope = new TestScope { Local = zone };
            foreach (var text in new[] { "0001-01-01T00:00:00", "9999-12-31T23:59:59", "1850-01-01T00:00:00Z", "1942-06-01T12:00:00+05:30", "0001-01-01T00:00:00+14:00", "2026-03-29T02:30:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00+99:00" })
            {
                Run.Evaluate($"'{text}' | time('iso')", scope);
                Run.Evaluate($"'{text}' | date", scope);
            }
        }
    }

    [Theory]
    [InlineData("2026-03-29T02:30:00", "2026-03-29T03:30:00+02:00")]
    [InlineData("2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00")]
    public void A_local_time_that_the_clock_skips_or_repeats_has_a_meaning(string local, string meant) =>
        Assert.Equal($"\"{meant}\"", Run.Evaluate($"'{local}' | time('iso')"));

    [Theory]
    [InlineData("'\\ud800' | json")]
    [InlineData("{'\\ud800': '\\udc00'} | json")]
    [InlineData("['\\ud800'] | join(',')")]
    [InlineData("'\\ud800' | truncate(1)")]
    public void Half_a_surrogate_pair_hurts_nobody(string source) => Run.Evaluate(source);

    [Fact]
    public void A_filter_is_the_same_as_a_function()
    {
        foreach (var (piped, called) in new[] { ("'a b' | replace(' ', '_') | upper", "upper(replace('a b', ' ', '_'))"), ("[1,2] | length", "length([1,2])") })
        {
            Assert.Equal(Run.Evaluate(piped), Run.Evaluate(called));
        }
    }
}
