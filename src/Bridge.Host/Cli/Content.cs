using System.CommandLine;
using System.Text;

namespace Bridge.Host.Cli;

/// <summary>What <c>emit</c>, <c>send</c> and <c>explain</c> carry: a text, or the bytes of <c>--payload</c>.</summary>
internal sealed class Content
{
    public const string TextName = "TEXT";
    private readonly Argument<string?> _text = new(TextName) { Description = "A message.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _payload = new("--payload", "-p") { Description = "A machine's report: its bytes as text, or @file (@- is standard input).", HelpName = "bytes|@file" };

    public void AddTo(Command command)
    {
        command.Add(_text);
        command.Add(_payload);
    }

    /// <summary>Exactly one of the two is not null.</summary>
    public (string? Text, byte[]? Payload) Read(ParseResult parsed)
    {
        var text = parsed.GetValue(_text);
        var payload = parsed.GetValue(_payload);
        return (text, payload) switch
        {
            (null, null) => throw new CliException(ExitCode.Usage, "there is nothing to say", "give a TEXT or --payload"),
            (not null, not null) => throw new CliException(ExitCode.Usage, "both a TEXT and --payload were given", "give one of them"),
            (not null, null) => (text, null),
            _ => (null, Bytes(payload!)),
        };
    }

    private static byte[] Bytes(string payload)
    {
        if (!payload.StartsWith('@'))
        {
            return Encoding.UTF8.GetBytes(payload);
        }

        var file = payload[1..];
        try
        {
            if (file != "-")
            {
                return File.ReadAllBytes(file);
            }

            using var read = new MemoryStream();
            using var input = Console.OpenStandardInput();
            input.CopyTo(read);
            return read.ToArray();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(ExitCode.Usage, $"the payload file '{file}' cannot be read", "check its path; @- reads standard input");
        }
    }
}
