using System.CommandLine;
using Bridge.Testing.Matrix;

namespace Bridge.Bench.Matrix;

/// <summary>The homeserver of the tests as a process of its own, told what to do on its standard input: for measuring whoever talks to it.</summary>
internal static class HomeserverProcess
{
    public static Command Command()
    {
        var port = new Option<int>("--port") { Description = "0 for any free one" };
        var url = new Option<Uri?>("--url") { Description = "Where the application service listens; without it nothing is pushed" };
        var asToken = new Option<string>("--as-token") { DefaultValueFactory = _ => "as-token" };
        var hsToken = new Option<string>("--hs-token") { DefaultValueFactory = _ => "hs-token" };
        var rooms = new Option<int>("--rooms") { Description = "How many rooms there are at the start, open to everybody", DefaultValueFactory = _ => 1 };
        var command = new Command("homeserver", "Runs the homeserver of the tests until its input ends. It takes lines: say ROOM TEXT, count ROOM, forget, restart.")
        {
            port, url, asToken, hsToken, rooms,
        };
        command.SetAction(async (parsed, _) =>
        {
            var service = new AppService { Url = parsed.GetValue(url), AsToken = parsed.GetValue(asToken)!, HsToken = parsed.GetValue(hsToken)! };
            await RunAsync(new HomeserverOptions { Port = parsed.GetValue(port), RemembersCalls = false }, service, parsed.GetValue(rooms));
            return 0;
        });
        return command;
    }

    private static async Task RunAsync(HomeserverOptions options, AppService service, int rooms)
    {
        await using var homeserver = await Homeserver.StartAsync(options, service);
        var host = homeserver.User("host");
        for (var i = 0; i < rooms; i++)
        {
            Console.WriteLine($"room {host.CreateRoom($"room {i}", isPublic: true)}");
        }

        Console.WriteLine($"Ready: {homeserver.Url}");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            try
            {
                Console.WriteLine(await DoAsync(homeserver, host, line.Split(' ', 3)));
            }
            catch (Exception refused)
            {
                Console.WriteLine($"refused: {refused.Message}");
            }
        }
    }

    private static async Task<string> DoAsync(Homeserver homeserver, MatrixUser host, string[] words)
    {
        switch (words)
        {
            case ["say", var room, var text]:
                return host.Say(room, text);
            case ["count", var room]:
                return $"{homeserver.MessagesIn(room).Count}";
            case ["forget"]:
                homeserver.Transactions.Clear();
                return "forgotten";
            case ["restart"]:
                await homeserver.RestartAsync();
                return "restarted";
            default:
                return "unknown";
        }
    }
}
