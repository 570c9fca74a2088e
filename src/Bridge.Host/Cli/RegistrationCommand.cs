using System.CommandLine;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Endpoints;
using Bridge.Core.Storage;
using Bridge.Host.Configuration;
using Bridge.Host.Terminal;

namespace Bridge.Host.Cli;

/// <summary><c>bridge registration</c>: what an endpoint's network must be given before the endpoint can work there.</summary>
internal static class RegistrationCommand
{
    private static readonly Argument<string> s_endpoint = new("ENDPOINT") { Description = "The endpoint, as the configuration names it." };

    private static readonly Option<bool> s_print = new("--print") { Description = "Print the documents and write no file. They hold secrets." };

    public static Command Build()
    {
        var command = new Command(
            "registration",
            "Write what an endpoint's network needs to know of it (Matrix: the application service's registration file), and say what to do with it. Keeps the secrets of a file that exists. Needs no daemon.")
        {
            s_endpoint,
            s_print,
        };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var places = await Setup.PlacesAsync(parsed, cancellationToken);
            var plugins = Setup.Plugins(places.Plugins);
            var config = Setup.OrFail(ConfigReader.Read(places.Configuration, Setup.Sources(plugins)), output).Config!;
            var name = parsed.GetValue(s_endpoint)!;
            var endpoint = config.Endpoints.FirstOrDefault(endpoint => endpoint.Id.Value == name)
                ?? throw new CliException(ExitCode.NotFound, $"there is no endpoint '{name}'", Suggestion.For(name, config.Endpoints.Select(endpoint => endpoint.Id.Value)));
            if (plugins.Find(endpoint.Plugin)?.Plugin is not { } plugin)
            {
                throw new CliException(ExitCode.Failed, $"its plugin '{endpoint.Plugin}' is not loaded", "see: bridge plugins");
            }

            var documents = await DocumentsAsync(plugin, endpoint, config.Http, cancellationToken);
            if (documents.Count == 0)
            {
                throw new CliException(ExitCode.Failed, $"the network of '{name}' needs no registration");
            }

            var print = parsed.GetValue(s_print);
            output.Result(documents.Select(document => Write(document, print)).ToArray(), Print);
            return ExitCode.Ok;
        });
    }

    private static async Task<EquatableArray<RegistrationDocument>> DocumentsAsync(IPlugin plugin, EndpointConfig endpoint, HttpConfig? http, CancellationToken cancellationToken)
    {
        try
        {
            return await EndpointProbe.RegistrationAsync(plugin, endpoint, ReachedAt(http, endpoint.Id), TimeProvider.System, cancellationToken);
        }
        catch (IOException failure)
        {
            throw new CliException(ExitCode.Failed, failure.Message);
        }
    }

    private static Uri? ReachedAt(HttpConfig? http, EndpointId endpoint)
    {
        var root = http is null ? null : (http.PublicUrl?.AbsoluteUri ?? $"http://{http.Listen}").TrimEnd('/');
        return root is null ? null : new Uri($"{root}/endpoints/{endpoint.Value}");
    }

    /// <summary>Only its owner may read it: who else must (the homeserver) is for the operator to say.</summary>
    private static RegistrationReport Write(RegistrationDocument document, bool print)
    {
        var text = document.Text.Reveal();
        if (print || document.File is not { } file)
        {
            return new RegistrationReport(document.Name, null, text, document.Steps);
        }

        try
        {
            if (file.Exists && File.ReadAllText(file.FullName) == text)
            {
                return new RegistrationReport(document.Name, file.FullName, null, document.Steps) { IsUnchanged = true };
            }

            Directory.CreateDirectory(file.DirectoryName!);
            var fresh = file.FullName + ".new";
            File.Delete(fresh);
            using (var writer = new StreamWriter(PrivateFiles.Open(fresh, FileMode.CreateNew, FileShare.None)))
            {
                writer.Write(text);
            }

            if (file.Exists && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(fresh, File.GetUnixFileMode(file.FullName)); // who was let in stays so
            }

            File.Move(fresh, file.FullName, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, $"{file.FullName} cannot be written: {failure.Message}", "write it where you may, or print it with --print");
        }

        return new RegistrationReport(document.Name, file.FullName, null, document.Steps);
    }

    /// <summary>Not through the console's layout: what is to be pasted must not be wrapped.</summary>
    private static void Print(Output screen, RegistrationReport[] reports)
    {
        foreach (var report in reports)
        {
            if (report.Text is { } text)
            {
                Console.Out.WriteLine(text);
            }

            var state = report.IsUnchanged ? "is as it should be" : "is written; it holds secrets, and only its owner may read it";
            Console.Out.WriteLine(report.File is { } file ? $"{Visible.Line(file)} ({report.Name}) {state}." : $"This is the registration of {report.Name}.");
            foreach (var steps in report.Steps)
            {
                Console.Out.WriteLine();
                Console.Out.WriteLine($"{steps.Server}:");
                foreach (var line in steps.Lines)
                {
                    Console.Out.WriteLine($"  {Visible.Line(line)}");
                }
            }

            Console.Out.WriteLine();
        }
    }
}

/// <summary>One document of <c>bridge registration</c>.</summary>
/// <param name="File">Where it is; null when it was only printed.</param>
/// <param name="Text">Its content, when it was printed.</param>
internal sealed record RegistrationReport(string Name, string? File, string? Text, EquatableArray<RegistrationSteps> Steps)
{
    public bool IsUnchanged { get; init; }
}
