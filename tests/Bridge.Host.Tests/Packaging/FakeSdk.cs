using Xunit;

namespace Bridge.Host.Tests.Packaging;

/// <summary>A <c>dotnet</c> that builds and publishes an empty Bridge.Host.dll, and says what it would have run.</summary>
internal static class FakeSdk
{
    private const string Program = """
        #!/bin/sh
        case $1 in
          build) folder=$(dirname "$2")/../artifacts/bin/Bridge.Host/release ;;
          publish) while [ "$1" != -o ]; do shift; done && folder=$2 ;;
          *) echo "runs $*" && exit ;;
        esac
        mkdir -p "$folder" && touch "$folder/Bridge.Host.dll"
        """;

    /// <summary>Runs a script with the program first in its path; the folder is where that lies.</summary>
    public static async Task<Journeys.Ran> RunAsync(string folder, string script, params IReadOnlyList<string> arguments)
    {
        var program = Path.Combine(folder, "dotnet");
        await File.WriteAllTextAsync(program, Program, TestContext.Current.CancellationToken);
        await Tool.DoAsync("chmod", "+x", program);
        return await Tool.RunAsync("env", [$"PATH={folder}:{Environment.GetEnvironmentVariable("PATH")}", script, .. arguments]);
    }
}
