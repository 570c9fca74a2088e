using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>A folder with a configuration and a data folder, and the command line that works on it.</summary>
internal sealed class Workspace : IDisposable
{
    /// <summary>A broker and the console.</summary>
    public const string Endpoints = """
        version: 1
        endpoints:
          home: { plugin: mqtt, embedded: { listen: 127.0.0.1:0 } }
          console: { plugin: console }
        """;

    /// <summary>A keyed state, and a line that says when everything before it is through.</summary>
    public const string Leak = Endpoints + """

        routes:
          - id: leak
            from: home:zigbee2mqtt/+/leak_sensor
            when: payload.water_leak == true
            until: payload.water_leak == false
            key: "{{ topic[1] }}"
            severity: critical
            text: "Water leak in {{ topic[1] }}! Battery {{ payload.battery }} %"
            to: [console:me]
          - id: notify
            from: home:notify
            text: "{{ message.text }}"
            to: [console:me]
        """;

    /// <summary>The host as it was built together with these tests, with its plugins beside it.</summary>
    public static string Host { get; } = FindHost();

    public Workspace(string config)
    {
        Folder = Directory.CreateTempSubdirectory("bridge-").FullName;
        Config = config;
    }

    public string Folder { get; }

    public string DataFolder => Path.Combine(Folder, "data");

    public string ConfigFile => Path.Combine(Folder, "bridge.yaml");

    /// <summary>Set for the processes started here.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal) { ["TZ"] = "UTC" };

    public string Config
    {
        set => File.WriteAllText(ConfigFile, value);
    }

    /// <summary>Runs one command to its end.</summary>
    public Task<Ran> RunAsync(params string[] arguments) => EndAsync(Start(arguments));

    /// <summary>Runs one command to its end, with a line on its standard input.</summary>
    public Task<Ran> RunWithInputAsync(string input, params string[] arguments) =>
        EndAsync(Start([Host, .. arguments, "--config", ConfigFile, "--data", DataFolder], Folder, input));

    /// <summary>Without a data folder named: the configuration is looked into for one.</summary>
    public Task<Ran> RunWithConfigAsync(params string[] arguments) => EndAsync(Start([Host, .. arguments, "--config", ConfigFile], Folder));

    /// <summary>Runs one command that names the data folder alone, from another folder.</summary>
    public Task<Ran> RunWithDataAsync(params string[] arguments) => EndAsync(Start([Host, "--data", DataFolder, .. arguments], Path.GetTempPath()));

    private static async Task<Ran> EndAsync(Process started)
    {
        using var process = started;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return new Ran(process.ExitCode, await output, await error);
    }

    /// <summary>As <see cref="RunAsync"/>, and it must succeed; gives what it printed.</summary>
    public async Task<string> DoAsync(params string[] arguments)
    {
        var ran = await RunAsync(arguments);
        Assert.True(ran.ExitCode == 0, $"exit code {ran.ExitCode}: {ran.Error}{ran.Output}");
        return ran.Output.Trim();
    }

    /// <summary>The arguments as they are, in the workspace's folder; gives what it printed.</summary>
    public async Task<string> DoRawAsync(params string[] arguments)
    {
        var ran = await EndAsync(Start([Host, .. arguments], Folder));
        Assert.True(ran.ExitCode == 0, $"exit code {ran.ExitCode}: {ran.Error}{ran.Output}");
        return ran.Output;
    }

    public Process Start(IReadOnlyList<string> arguments) => Start([Host, .. arguments, "--config", ConfigFile, "--data", DataFolder], Folder);

    private Process Start(IReadOnlyList<string> arguments, string folder, string input = "")
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Waits for a condition that only another command can see.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var tries = 0; !await condition(); tries++)
        {
            Assert.True(tries < 50, "the condition did not come true");
        }
    }

    public static void Signal(int process, PosixSignal signal)
    {
        using var kill = Process.Start("kill", [signal == PosixSignal.SIGHUP ? "-HUP" : "-TERM", $"{process}"]);
        kill.WaitForExit();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string FindHost()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(own.Parent!.Parent!.FullName, "Bridge.Host", own.Name, "Bridge.Host.dll");
    }
}

/// <summary>What a command came to.</summary>
internal sealed record Ran(int ExitCode, string Output, string Error);
