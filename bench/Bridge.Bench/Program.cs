using System.CommandLine;
using Bridge.Bench.Crash;
using Bridge.Bench.Matrix;
using Bridge.Bench.Portals;
using Bridge.Bench.Routes;
using Bridge.Bench.Sms;
using Bridge.Bench.Soak;
using Bridge.Bench.Speed;

var host = new Option<string>("--host") { Description = "Path of Bridge.Host.dll", Required = true };
var mode = new Option<CrashMode>("--mode") { Description = "steady, saturation, outage, term or disk" };
var kills = new Option<int>("--kills") { DefaultValueFactory = _ => 15 };
var embedded = new Option<bool>("--embedded") { Description = "The source publishes to the daemon's own broker" };
var seed = new Option<int>("--seed") { DefaultValueFactory = _ => Environment.TickCount };
var crash = new Command("crash", "Kills the daemon at random moments and checks that nothing is lost.") { host, mode, embedded, kills, seed };
crash.SetAction(async (parsed, _) =>
{
    if (parsed.GetValue(mode) == CrashMode.Disk && SmallDisk.Enter() is { } code)
    {
        return code;
    }

    var folder = Directory.CreateTempSubdirectory("bridge-crash-").FullName;
    try
    {
        return await new CrashRun(parsed.GetValue(mode), parsed.GetValue(embedded), parsed.GetValue(kills), parsed.GetValue(seed), parsed.GetValue(host)!, folder).RunAsync();
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
});
var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
var seconds = new Option<int>("--seconds") { Description = "Length of each phase", DefaultValueFactory = _ => 8 };
var modules = new Option<string?>("--node-modules") { Description = "A folder whose node_modules holds node-red; without it that peer is left out" };
var only = new Option<string[]>("--peer") { Description = "Only these peers: bridge, mosquitto bridge, node-red, matrix-bot-sdk, kannel", DefaultValueFactory = _ => [] };
var speed = new Command("speed", "MQTT to MQTT against Mosquitto's bridge and Node-RED, interleaved.") { host, rounds, seconds, modules, only };
speed.SetAction((parsed, _) => SpeedTable.RunAsync(
    MqttContest.Between(parsed.GetValue(host)!, parsed.GetValue(modules)), parsed.GetValue(rounds), parsed.GetValue(only)!, TimeSpan.FromSeconds(parsed.GetValue(seconds))));
var programs = new Option<string>("--programs") { Description = "The folder of the compared programs, bench/npm", Required = true };
var matrix = new Command("matrix", "MQTT to Matrix rooms against matrix-bot-sdk, interleaved, into a homeserver that answers at once.") { host, rounds, seconds, programs, only };
matrix.SetAction((parsed, _) => SpeedTable.RunAsync(
    MatrixContest.Between(parsed.GetValue(host)!, parsed.GetValue(programs)!), parsed.GetValue(rounds), parsed.GetValue(only)!, TimeSpan.FromSeconds(parsed.GetValue(seconds))));
var sms = new Command("sms", "MQTT to SMS over SMPP against Kannel, interleaved, into an SMS centre that answers at once.") { host, rounds, seconds, only };
sms.SetAction((parsed, _) => SpeedTable.RunAsync(
    SmsContest.Between(parsed.GetValue(host)!), parsed.GetValue(rounds), parsed.GetValue(only)!, TimeSpan.FromSeconds(parsed.GetValue(seconds))));
var routes = new Command("routes", "What 10,000 routes cost, against the matching ones alone.") { rounds };
routes.SetAction((parsed, _) => Task.FromResult(RoutesRun.Run(parsed.GetValue(rounds))));
var memory = new Command("memory", "Resident memory after 100,000 messages and after a million.") { host, modules };
memory.SetAction((parsed, _) => MemoryRun.RunAsync(parsed.GetValue(host)!, parsed.GetValue(modules)));
var count = new Option<int>("--portals") { DefaultValueFactory = _ => 1000 };
var more = new Option<int>("--grow-to") { Description = "Then weighs what each costs with so many; 0: does not", DefaultValueFactory = _ => 11_000 };
var portals = new Command("portals", "Portals made once though the daemon is killed; what each costs in memory; how soon many of them are there.") { host, count, kills, seed, more };
portals.SetAction(async (parsed, _) =>
{
    var missed = await PortalsRun.KillAsync(parsed.GetValue(host)!, parsed.GetValue(count), parsed.GetValue(kills), parsed.GetValue(seed));
    return parsed.GetValue(more) is > 0 and var many ? missed + await PortalsRun.WeighAsync(parsed.GetValue(host)!, parsed.GetValue(count), many) : missed;
});
var minutes = new Option<double>("--minutes") { DefaultValueFactory = _ => 60 };
var soak = new Command("soak", "Runs for long while brokers restart and connections break; fails when memory grows or a message is lost.") { host, minutes, seed };
soak.SetAction(async (parsed, _) =>
{
    var folder = Directory.CreateTempSubdirectory("bridge-soak-").FullName;
    try
    {
        return await new SoakRun(TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed), parsed.GetValue(host)!, folder).RunAsync();
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
});
return await new RootCommand("Benchmarks, the crash proof and the soak of Bridge.") { crash, speed, matrix, sms, memory, routes, soak, portals, HomeserverProcess.Command() }.Parse(args).InvokeAsync();
