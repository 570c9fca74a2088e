using System.CommandLine;
using System.Diagnostics;
using Bridge.Host.Cli;
using Bridge.Host.Cli.Manual;
using Bridge.Host.Configuration.Reference;
using Bridge.Host.Tests.Architecture;
using Bridge.Host.Tests.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Cli;

/// <summary>The pages of the manual are current, and clean by mandoc. <c>BLESS=1</c> writes them.</summary>
public sealed class ManualTests
{
    [Fact]
    public Task The_page_of_the_commands_is_current_and_clean() => CheckAsync("bridge.1", CommandPage.Of(CommandLine.Build()));

    [Fact]
    public Task The_page_of_the_configuration_is_current_and_clean() =>
        CheckAsync("bridge.yaml.5", ConfigPage.Of(ConfigReference.Of(BundledPlugins.Sources.Plugins)));

    [Fact]
    public void Every_command_and_every_option_says_what_it_does() => Assert.Empty(Silent(CommandLine.Build()));

    [Fact]
    public void Text_is_not_taken_for_markup()
    {
        var page = new Roff("X", 1, "2026-11-21", "Bridge").Paragraph(".TH \\fB 'a' - `b`").Term("--list <number>", "'x").ToString();
        Assert.Contains("\n\\&.TH \\efB \\(aqa\\(aq \\- \\fBb\\fR\n", page, StringComparison.Ordinal);
        Assert.Contains("\n\\fB\\-\\-list \\fR\\fInumber\\fR\\fB\\fR\n\\(aqx\n", page, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Silent(Command command) =>
    [
        .. string.IsNullOrEmpty(command.Description) ? [command.Name] : Array.Empty<string>(),
        .. command.Options.Where(option => string.IsNullOrEmpty(option.Description)).Select(option => $"{command.Name} {option.Name}"),
        .. command.Arguments.Where(argument => string.IsNullOrEmpty(argument.Description)).Select(argument => $"{command.Name} {argument.Name}"),
        .. command.Subcommands.SelectMany(Silent),
    ];

    private static async Task CheckAsync(string name, string made)
    {
        var file = Path.Combine(Repository.Root, "packaging/man", name);
        if (Environment.GetEnvironmentVariable("BLESS") == "1")
        {
            await File.WriteAllTextAsync(file, made, TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(file) && await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) == made, $"packaging/man/{name} is not what it is generated from: run these tests with BLESS=1");
        using var mandoc = Process.Start(new ProcessStartInfo("mandoc", ["-T", "lint", "-W", "warning", file]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        Assert.Empty(await mandoc.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }
}
