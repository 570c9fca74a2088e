using System.CommandLine;
using Bridge.Core.Sealing;
using Bridge.Host.Daemon;

namespace Bridge.Host.Cli.Manual;

/// <summary><c>bridge(1)</c>, made from the command tree.</summary>
internal static class CommandPage
{
    // The date of a page is that of its last change in form; what it says is as new as the program.
    public const string Date = "2026-11-21";

    public static string Source => $"Bridge {Product.Version}";

    public static string Of(Command root)
    {
        var page = new Roff("BRIDGE", 1, Date, Source)
            .Section("NAME").Paragraph("bridge - carry what happens on one network to people on another")
            .Section("SYNOPSIS").Paragraph("bridge COMMAND [OPTIONS]")
            .Section("DESCRIPTION").Paragraph(
                "`bridge run` is the daemon. All other commands talk to the daemon of a data folder through a private socket in it, or, where they say so, need none. "
                + "Text and payloads are printed for the operator only; logs show an address as a short hash.");
        page.Section("OPTIONS");
        Options(page, root);
        page.Section("COMMANDS");
        Commands(page, root, "bridge");
        page.Section("EXIT STATUS");
        foreach (var (code, meaning) in ExitCode.All)
        {
            page.Term($"{code}", meaning);
        }

        return Rest(page).ToString();
    }

    private static Roff Rest(Roff page) => page
        .Section("ENVIRONMENT")
        .Term(KeySources.KeyVariable, "The key that unlocks the data: 64 hexadecimal or 44 base64 characters. Others who may look at the process can see it; a file or a credential is better.")
        .Term(KeySources.PassphraseVariable, "A passphrase that opens a slot of the data.")
        .Term("CREDENTIALS_DIRECTORY", $"Set by systemd: the credential `{KeySources.Credential}` in it unlocks the data.")
        .Term("NO_COLOR", "When set, nothing is coloured.")
        .Section("FILES")
        .Term("/etc/bridge/bridge.yaml", "The configuration; config/bridge.yaml in a checkout.")
        .Term("/var/lib/bridge", "The data folder: store, keys and the private socket; data in a checkout.")
        .Section("SIGNALS")
        .Term("SIGHUP", "The daemon reads its configuration again: all of it or nothing.")
        .Term("SIGTERM, SIGINT", "The daemon stops: what is in flight ends, what was accepted is stored.")
        .Section("SEE ALSO").Paragraph("bridge.yaml(5)");

    private static void Commands(Roff page, Command parent, string path)
    {
        foreach (var command in parent.Subcommands.Where(command => !command.Hidden))
        {
            var name = $"{path} {command.Name}";
            if (command.Subcommands.Count == 0)
            {
                page.Part(string.Join(' ', command.Arguments.Select(Shown).Prepend(name)));
                page.Paragraph(command.Description ?? "");
                foreach (var argument in command.Arguments.Where(argument => argument.Description is not null))
                {
                    page.Term(argument.Name, argument.Description!);
                }

                Options(page, command);
            }

            Commands(page, command, name);
        }
    }

    private static void Options(Roff page, Command command)
    {
        foreach (var option in command.Options.Where(option => !option.Hidden))
        {
            var value = option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) || option.ValueType == typeof(void) ? "" : $" <{option.HelpName ?? option.Name.TrimStart('-')}>";
            page.Term(string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length)) + value, option.Description ?? "");
        }
    }

    private static string Shown(Argument argument) => argument.Arity switch
    {
        { MinimumNumberOfValues: 0, MaximumNumberOfValues: 1 } => $"[{argument.Name}]",
        { MinimumNumberOfValues: 0 } => $"[{argument.Name}...]",
        { MaximumNumberOfValues: 1 } => argument.Name,
        _ => $"{argument.Name}...",
    };
}
