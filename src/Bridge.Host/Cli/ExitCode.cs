using Bridge.Host.Admin;

namespace Bridge.Host.Cli;

/// <summary>What the process ends with; part of the interface, so append only.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The configuration has errors, or what was asked failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>No daemon answers.</summary>
    public const int Unreachable = 3;

    /// <summary>There is no such event, delivery or address.</summary>
    public const int NotFound = 4;

    /// <summary>Another daemon has the data folder.</summary>
    public const int Busy = 5;

    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "Done."),
        (Failed, "What was asked failed, or the configuration has errors."),
        (Usage, "The command line is wrong."),
        (Unreachable, "No daemon answers."),
        (NotFound, "There is no such event, delivery or address."),
        (Busy, "Another daemon has the data folder."),
    ];

    public const string Reference = "Exit codes: 0 done; 1 failed, or the configuration has errors; 2 wrong usage; 3 no daemon answers; 4 not found; 5 another daemon has the data folder.";
}

/// <summary>Ends a command with one message for a person and an exit code.</summary>
internal sealed class CliException(int exitCode, string message, string? cure = null) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string? Cure { get; } = cure;

    public static CliException Of(AdminError error) => new(
        error.Code switch
        {
            AdminErrorCode.NotFound => Cli.ExitCode.NotFound,
            AdminErrorCode.Usage => Cli.ExitCode.Usage,
            _ => Cli.ExitCode.Failed,
        },
        error.Message,
        error.Cure);
}
