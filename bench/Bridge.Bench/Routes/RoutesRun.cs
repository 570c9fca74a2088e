using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Expressions;
using Bridge.Core.Messages;
using Bridge.Core.Routing;

namespace Bridge.Bench.Routes;

/// <summary>
/// What 10,000 routes (9,000 exact topics, 1,000 with wildcards) cost per event, against a table of the matching routes alone: the rules only, one thread,
/// both in turn, the median of the rounds. 64 topics take turns, so both sides touch as much that is their own.
/// </summary>
internal static class RoutesRun
{
    private const int Exact = 9_000;
    private const int Wildcards = 1_000;
    private const int Topics = 64;
    private const int Decisions = 20_000;
    private static readonly EndpointId s_home = new("home");

    public static int Run(int rounds)
    {
        Console.WriteLine($"{"matching",8} {"alone us",9} {"of 10,000 us",13} {"ratio",6}");
        var missed = 0;
        foreach (var matching in (int[])[1, 100])
        {
            var topics = Enumerable.Range(0, Topics).Select(number => $"house/d{number}/state").ToArray();
            var all = RouteTable.Compile([.. Others(matching), .. topics.Select(Listening), .. Enumerable.Range(1, matching - 1).Select(Wild)]);
            var alone = topics.Select(topic => RouteTable.Compile([Listening(topic), .. Enumerable.Range(1, matching - 1).Select(Wild)])).ToArray();
            var arrivals = topics.Select(ArrivalAt).ToArray();
            var (few, many) = (new double[rounds], new double[rounds]);
            Time(index => alone[index], arrivals, matching);
            Time(_ => all, arrivals, matching);
            for (var round = 0; round < rounds; round++)
            {
                few[round] = Time(index => alone[index], arrivals, matching);
                many[round] = Time(_ => all, arrivals, matching);
            }

            var ratio = Median(many) / Median(few);
            missed += ratio > 1.5 ? 1 : 0;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{matching,8} {Median(few),9:0.00} {Median(many),13:0.00} {ratio,6:0.00}"));
        }

        Console.WriteLine(missed == 0 ? "at most 1.5 times: held" : "at most 1.5 times: MISSED");
        return missed;
    }

    private static IEnumerable<RouteConfig> Others(int matching) =>
    [
        .. Enumerable.Range(0, Exact - Topics).Select(number => RouteAt($"e{number}", $"area{number % 100}/device{number}/state")),
        .. Enumerable.Range(0, Wildcards - matching + 1).Select(number => RouteAt($"o{number}", number % 2 == 0 ? $"floor{number}/+/state" : $"floor{number}/#")),
    ];

    private static RouteConfig Listening(string topic) => RouteAt($"x-{topic}", topic);

    private static RouteConfig Wild(int number) => RouteAt($"w{number}", (number % 3) switch { 0 => "house/#", 1 => "house/+/state", _ => "+/+/state" });

    private static RouteConfig RouteAt(string id, string pattern) => new()
    {
        Id = id,
        Position = default,
        From = [new AddressPattern(s_home, pattern, AddressStyle.Levels)],
        When = Expression.Parse("payload.on == true").Value,
        To = [new DestinationConfig(Template.Parse($"away:{id}").Value!)],
    };

    private static Arrival ArrivalAt(string topic)
    {
        var payload = new Payload(Encoding.UTF8.GetBytes("""{"on":true,"temperature":21.5,"battery":88,"linkquality":120}"""));
        var inbound = new Inbound { Address = new Address(s_home, topic), Event = new DataReported(payload) };
        return new Arrival(EventId.New(TimeProvider.System), inbound, TimeProvider.System.GetUtcNow(), Origin.Network);
    }

    /// <summary>Microseconds per decision.</summary>
    private static double Time(Func<int, RouteTable> table, Arrival[] arrivals, int matching)
    {
        var (memory, now, count) = (new RulesMemory(), TimeProvider.System.GetUtcNow(), Decisions / (int)Math.Sqrt(matching));
        var began = Stopwatch.GetTimestamp();
        for (var run = 0; run < count; run++)
        {
            var index = run % arrivals.Length;
            var decision = Router.Decide(table(index), new RoutingInput.Arrived(arrivals[index]), memory, now, TimeZoneInfo.Utc);
            if (decision.Deliveries.Count != matching)
            {
                throw new InvalidOperationException($"{decision.Deliveries.Count} deliveries instead of {matching}");
            }
        }

        return Stopwatch.GetElapsedTime(began).TotalMicroseconds / count;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
