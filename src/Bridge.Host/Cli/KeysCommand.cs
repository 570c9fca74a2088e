using System.CommandLine;
using System.Text.Json;
using Bridge.Core.Sealing;
using Bridge.Host.Admin;
using Bridge.Host.Terminal;

namespace Bridge.Host.Cli;

/// <summary><c>bridge keys</c>: who can open the data folder.</summary>
internal static class KeysCommand
{
    public static Command Build() => new("keys", "See and change what opens the data folder: key files, credentials, passphrases, recovery codes. Works with and without a running daemon.")
    {
        List(),
        new Command("add", "Let something else open the data folder, too.")
        {
            AddKeyFile(), AddCredential(), AddEnvironment(), AddPassphrase(), AddRecoveryCode(),
        },
        Remove(),
        Rotate(),
    };

    private static Command List() => new Command("list", "Show the slots, and how many keys there are.") { Unlocking.Option }.Does(async (parsed, output, cancellationToken) =>
    {
        output.Result<KeysReport>(await KeysDoor.AskAsync(parsed, output, "keys", new Nothing(), cancellationToken), Print);
        return ExitCode.Ok;
    });

    private static Command AddKeyFile()
    {
        var path = new Argument<string>("PATH") { Description = "A file with a key; one that is not there is made, with a new key." };
        return Add("key-file", "A key file.", path, parsed =>
        {
            var file = Path.GetFullPath(parsed.GetRequiredValue(path));
            return new KeyRequest("key-file", file, TextOf(file));
        });
    }

    private static Command AddCredential()
    {
        var path = new Argument<string?>("FILE")
        {
            Description = $"The file that becomes the systemd credential {KeySources.Credential}; one that is not there is made. Default: the credential that the daemon was started with.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return Add("credential", $"The systemd credential {KeySources.Credential}.", path, parsed => new KeyRequest(
            "credential", $"the credential {KeySources.Credential}", parsed.GetValue(path) is { } file ? TextOf(Path.GetFullPath(file)) : null));
    }

    private static Command AddEnvironment()
    {
        var name = new Argument<string>("NAME") { Description = $"A variable of this command's environment, such as {KeySources.KeyVariable}." };
        return Add("env", "The key in an environment variable.", name, parsed =>
        {
            var variable = parsed.GetRequiredValue(name);
            return new KeyRequest("environment", variable, Environment.GetEnvironmentVariable(variable)
                ?? throw new CliException(ExitCode.Usage, $"the variable {variable} is not set", $"set it first: export {variable}=$(openssl rand -hex 32)"));
        });
    }

    private static Command AddPassphrase() => Add(
        "passphrase", "A passphrase; asked for twice, or one line of standard input.", null,
        _ => new KeyRequest("passphrase", "typed", TypedSecret.AskTwice("New passphrase: ")));

    private static Command AddRecoveryCode() =>
        Add("recovery-code", "A new code to write on paper; shown once, stored nowhere.", null, _ => new KeyRequest("recovery-code", "written down", RecoveryCode.New()));

    private static Command Add(string name, string description, Argument? argument, Func<ParseResult, KeyRequest> request)
    {
        var command = new Command(name, description) { Unlocking.Option };
        if (argument is not null)
        {
            command.Add(argument);
        }

        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var key = request(parsed);
            var added = (await KeysDoor.AskAsync(parsed, output, "keys-add", key, cancellationToken)).Deserialize<AddedSlotReport>(AdminProtocol.Json)!;
            output.Result(key.Kind == "recovery-code" ? added with { Code = key.Secret } : added, PrintAdded);
            return ExitCode.Ok;
        });
    }

    private static Command Remove()
    {
        var slot = new Argument<int>("SLOT") { Description = "Its number as keys list shows it." };
        var file = new Option<string?>("--key-file") { Description = "Shows that another slot can be opened: by this key file.", HelpName = "path" };
        var passphrase = new Option<bool>("--passphrase") { Description = "Shows it by a passphrase, which is asked for." };
        var code = new Option<bool>("--recovery-code") { Description = "Shows it by a recovery code, which is asked for." };
        var command = new Command("remove", "Take a slot away for ever. The last one stays; the one in use goes only when another is shown to open.")
        {
            slot, file, passphrase, code, Unlocking.Option,
        };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            var proof = parsed.GetValue(file) is { } path ? new KeyRequest("key-file", Path.GetFullPath(path), TextOf(Path.GetFullPath(path), makeIt: false))
                : parsed.GetValue(passphrase) ? new KeyRequest("passphrase", "typed", TypedSecret.Ask("Passphrase: "))
                : parsed.GetValue(code) ? new KeyRequest("recovery-code", "typed", TypedSecret.Ask("Recovery code: "))
                : null;
            var request = new RemoveSlotRequest(parsed.GetRequiredValue(slot), proof);
            output.Result<KeysReport>(await KeysDoor.AskAsync(parsed, output, "keys-remove", request, cancellationToken), Print);
            return ExitCode.Ok;
        });
    }

    private static Command Rotate() =>
        new Command("rotate", "Give every slot a new root key, and seal under new keys from now on: after a key or a backup of keys.db got into wrong hands.") { Unlocking.Option }
            .Does(async (parsed, output, cancellationToken) =>
            {
                output.Result<KeysReport>(await KeysDoor.AskAsync(parsed, output, "keys-rotate", new Nothing(), cancellationToken), Print);
                return ExitCode.Ok;
            });

    /// <summary>What is in a key file; a new key in a new file when there is none.</summary>
    private static string TextOf(string path, bool makeIt = true)
    {
        try
        {
            if (makeIt && !File.Exists(path))
            {
                KeySources.CreateFile(path);
            }

            KeySources.FromFile(path); // refuses what is open to others, or no key
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is KeyException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, failure is KeyException ? failure.Message : $"{path} cannot be used: {failure.Message.TrimEnd('.')}");
        }
    }

    private static void PrintAdded(Output screen, AddedSlotReport added)
    {
        if (added.Code is { } code)
        {
            screen.Line($"Write this down, and keep it away from the machine. It is shown once:");
            screen.Line();
            screen.Line($"  {code}");
            screen.Line();
        }

        screen.Line($"slot {added.Slot}: {added.Kind} ({added.Name})");
    }

    private static void Print(Output screen, KeysReport keys)
    {
        screen.Table(["slot", "kind", "where", "made", "last used", ""], keys.Slots.Select(slot => (string[])
        [
            $"{slot.Slot}", slot.Kind, slot.Name, slot.MadeAt is { } made ? Words.Time(made) : "", slot.UsedAt is { } used ? Words.Time(used) : "never", slot.InUse ? "in use" : "",
        ]));
        screen.Line();
        var oldest = keys.OldestEnds is { } ends ? $"; the oldest is of a period that ends {Words.Time(ends)}" : "";
        screen.Line($"generation {keys.Generation}{(keys.Rotating ? " (rotation under way)" : "")}, {Words.Count(keys.EpochKeys, "key")} of conversations and periods{oldest}");
        if (keys.Damaged > 0)
        {
            screen.Line($"[red]{Words.Count(keys.Damaged, "key")} cannot be opened: keys.db is damaged; restore it from a backup[/]");
        }
    }
}
