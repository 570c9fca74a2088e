using System.Diagnostics;
using Bridge.Bench.Load;
using Bridge.Bench.Speed;

namespace Bridge.Bench.Portals;

/// <summary>Portals by the thousand: each made once though the daemon is killed meanwhile, what each costs in memory, and how soon a daemon that has many of them delivers.</summary>
internal static class PortalsRun
{
    private const int LongestGrace = 15;
    private const int Group = 100;
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(10);

    /// <summary>People begin to speak in as many groups as there are kills; when some rooms of a group are made, the daemon dies and lives again.</summary>
    public static async Task<int> KillAsync(string host, int portals, int kills, int seed)
    {
        var random = new Random(seed);
        await using var bridge = await PortalBridge.PrepareAsync(host);
        var began = Stopwatch.GetTimestamp();
        await bridge.StartAsync();
        for (var kill = 0; kill < kills; kill++)
        {
            var group = (portals * (kill + 1) / kills) - (portals * kill / kills);
            bridge.Greet(group);
            await bridge.UntilRoomsAsync(bridge.Rooms + random.Next(group));

            // The next step of a portal (an invitation, the ghost's name, its first message) takes about as long.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(LongestGrace)), TimeProvider.System, CancellationToken.None);
            bridge.Kill();
            Console.WriteLine($"kill {kill + 1}: with {bridge.Rooms} rooms made, in {bridge.Spoken} of which something was said");
            await bridge.StartAsync();
        }

        await bridge.UntilAllAreHeardAsync();
        var faults = bridge.Faults();
        faults.Take(20).ToList().ForEach(Console.WriteLine);
        Console.WriteLine($"{portals} portals, {kills} kills, seed {seed}, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s, load {MachineLoad.Now}");
        return Bar.Judge([new("rooms that are missing or too many, messages lost or doubled", faults.Count, AtMost: 0)]);
    }

    /// <summary>Memory with few and with many, each of which has carried one message; then the first delivery after a start.</summary>
    public static async Task<int> WeighAsync(string host, int few, int many)
    {
        await using var bridge = await PortalBridge.PrepareAsync(host);
        await bridge.StartAsync();
        var withFew = await GrowAsync(bridge, few);
        var withMany = await GrowAsync(bridge, many - few);
        var faults = bridge.Faults();
        var start = await StartAgainAsync(bridge, "many portals");
        await using var other = await PortalBridge.PrepareAsync(host);
        await other.StartAsync();
        await GrowAsync(other, 1);
        await StartAgainAsync(other, "one portal");
        return Bar.Judge(
        [
            new("kB for each portal", (withMany - withFew) * 1000 / (many - few), AtMost: 4),
            new("seconds from start to first delivery", start, AtMost: 2),
            new("faults", faults.Count, AtMost: 0),
        ]);
    }

    /// <summary>The median of three starts. Seconds of the processor say more than those of the clock where others use the machine too.</summary>
    private static async Task<double> StartAgainAsync(PortalBridge bridge, string having)
    {
        var room = bridge.RoomOf(0);
        List<double> starts = [];
        for (var round = 1; round <= 3; round++)
        {
            bridge.Stop();
            bridge.Say(0, $"good morning {round}");
            var began = Stopwatch.GetTimestamp();
            bridge.StartUp();
            await bridge.UntilHeardAsync(room, $"good morning {round}");
            starts.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            var cpu = bridge.Daemon.CpuSeconds;
            await bridge.Daemon.ReadyAsync(TimeSpan.FromSeconds(60));
            var settled = await SettledAsync(bridge);
            Console.WriteLine(
                $"start {round} with {having}: {starts[^1]:0.00} s to the first delivery, {cpu:0.00} s of CPU; {settled:0.0} MB afterwards (load {MachineLoad.Now})");
        }

        return starts.Order().ElementAt(1);
    }

    private static async Task<double> GrowAsync(PortalBridge bridge, int by)
    {
        // What waits costs memory too, and is not what is weighed.
        var began = Stopwatch.GetTimestamp();
        for (var greeted = 0; greeted < by; greeted += Group)
        {
            bridge.Greet(Math.Min(Group, by - greeted));
            await bridge.UntilAtMostAsync(Group);
        }

        await bridge.UntilAllAreHeardAsync();
        var rate = by / Stopwatch.GetElapsedTime(began).TotalSeconds;
        var megabytes = await SettledAsync(bridge);
        Console.WriteLine($"{bridge.Rooms} portals ({rate:0} a second): {megabytes:0.0} MB (load {MachineLoad.Now})");
        return megabytes;
    }

    /// <summary>The median of some looks, after a while in which nothing happens.</summary>
    private static async Task<double> SettledAsync(PortalBridge bridge)
    {
        await Task.Delay(s_settling, TimeProvider.System, CancellationToken.None);
        List<double> looks = [];
        for (var look = 0; look < 5; look++)
        {
            looks.Add(bridge.Daemon.Rss);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, CancellationToken.None);
        }

        return looks.Order().ElementAt(2);
    }
}
