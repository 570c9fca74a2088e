using Bridge.Host.Tests.Architecture;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>
/// What somebody outside does, once for all tests of the class: the contract and the kit are packed into a feed as they were built, the plugin and its
/// conformance tests are copied away from the repository and built against those packages alone.
/// </summary>
public sealed class OutsidePluginBuild : IAsyncLifetime
{
    private static readonly string s_configuration = Path.GetFileName(Repository.HostFolder);
    private readonly string _folder = Directory.CreateTempSubdirectory("bridge-outside-").FullName;

    /// <summary>The built plugin.</summary>
    public string Plugin => Output("OutsidePlugin");

    /// <summary>The same plugin, compiled for a contract that is not this one.</summary>
    public string OfAnotherContract => Output("OfAnotherContract");

    public string Conformance => Path.Combine(Output("OutsidePlugin.Conformance"), "Bridge.Plugin.Lines.Conformance.dll");

    public async ValueTask InitializeAsync()
    {
        foreach (var project in (string[])["Bridge.Abstractions", "Bridge.Core", "Bridge.Testing"])
        {
            await BuildAsync(Repository.Root, "pack", $"src/{project}", "--no-build", "-c", s_configuration, "-o", Path.Combine(_folder, "feed"));
        }

        WriteSources();
        await Task.WhenAll(BuildAsync(_folder, "build", "OutsidePlugin.Conformance"), BuildAsync(_folder, "build", "OfAnotherContract"));
    }

    /// <summary>Puts a built plugin where the daemon of this workspace looks.</summary>
    internal static void Drop(string built, Workspace workspace, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(workspace.Folder, "plugins", name)).FullName;
        foreach (var file in Directory.GetFiles(built))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task BuildAsync(string folder, string verb, string project, params string[] options)
    {
        var ran = await DotnetProgram.RunAsync(folder, [verb, project, .. options, "-v", "quiet", "-nologo", "-nodeReuse:false"]);
        Assert.True(ran.ExitCode == 0, $"dotnet {verb} {project}: {ran.Output}{ran.Error}");
    }

    private string Output(string project) => Path.Combine(_folder, project, "bin", "Debug", "net10.0");

    private void WriteSources()
    {
        Copy("OutsidePlugin", "OutsidePlugin", text => text);
        Copy("OutsidePlugin.Conformance", "OutsidePlugin.Conformance", text => text);
        Copy("OutsidePlugin", "OfAnotherContract", text => text.Replace("LinesPlugin))]", "LinesPlugin), 99)]", StringComparison.Ordinal));

        // The feed, and what the checkout has restored already; nothing of an earlier run, nothing from elsewhere.
        var restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(Path.Combine(_folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear /><add key="feed" value="feed" /></packageSources>
              <fallbackPackageFolders><clear /><add key="restored" value="{restored}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    private void Copy(string from, string to, Func<string, string> change)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, to)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", from)))
        {
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), change(File.ReadAllText(file)));
        }
    }
}
