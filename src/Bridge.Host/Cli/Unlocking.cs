using System.CommandLine;
using Bridge.Core.Sealing;
using Bridge.Host.Terminal;

namespace Bridge.Host.Cli;

/// <summary><c>--unlock</c>: a passphrase or recovery code that somebody types, for a machine that has lost its key.</summary>
internal static class Unlocking
{
    public static Option<bool> Option { get; } = new("--unlock") { Description = "Ask for a passphrase or recovery code instead of looking for the key." };

    /// <summary>Null when nobody wants to type.</summary>
    public static KeySource? Typed(ParseResult parsed)
    {
        if (!parsed.GetValue(Option))
        {
            return null;
        }

        try
        {
            return KeySource.FromTyped(TypedSecret.Ask("Passphrase or recovery code: "));
        }
        catch (KeyException mistyped)
        {
            throw new CliException(ExitCode.Failed, mistyped.Message);
        }
    }
}
