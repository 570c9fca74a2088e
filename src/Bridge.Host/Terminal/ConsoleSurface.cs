using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Bridge.Abstractions;
using Spectre.Console;

namespace Bridge.Host.Terminal;

/// <summary>The process's one terminal: shared by everything that prints messages to it or reads lines from it.</summary>
/// <param name="forced"><c>--console</c>: print although it is no terminal.</param>
internal sealed class ConsoleSurface(bool forced)
{
    private readonly Lock _lock = new();
    private readonly Lazy<ChannelReader<string>> _typed = new(ReadLines);
    private IAnsiConsole? _console; // made when something is printed: a service that prints nothing does not load what draws

    /// <summary>Null when printing makes sense: somebody can see it.</summary>
    public string? ParkReason { get; } =
        forced || !Console.IsOutputRedirected ? null : "the output is no terminal (start with --console to print all the same)";

    /// <param name="at">In the zone in which it is to be shown.</param>
    public void Print(DateTimeOffset at, Severity severity, Address? source, MessageText text)
    {
        var from = source is { } address ? Visible.Line(address.Full) + "  " : "";
        lock (_lock)
        {
            _console ??= Screen.OfOutput(wrapped: false);
            _console.MarkupLineInterpolated($"[dim]{at:HH:mm:ss}[/] [{ColourOf(severity)}]{severity.ToString().ToLowerInvariant(),-8}[/] [dim]{from}[/]{Visible.Lines(text.Value)}");
        }
    }

    /// <summary>Lines typed from now on. One reader of the standard input lives as long as the process, whoever listens.</summary>
    public async IAsyncEnumerable<string> TypedLinesAsync([EnumeratorCancellation] CancellationToken stopping)
    {
        if (!forced && (Console.IsInputRedirected || !Foreground.IsOurs()))
        {
            yield break;
        }

        await foreach (var line in _typed.Value.ReadAllAsync(stopping))
        {
            yield return line;
        }
    }

    private static string ColourOf(Severity severity) => severity switch
    {
        Severity.Critical => "bold white on red",
        Severity.Warning => "yellow",
        Severity.Notice => "aqua",
        _ => "default",
    };

    private static ChannelReader<string> ReadLines()
    {
        var lines = Channel.CreateBounded<string>(100);
        new Thread(() =>
        {
            // A blocked read of a terminal cannot be cancelled: a background thread ends with the process.
            while (Console.In.ReadLine() is { } line)
            {
                if (line.Trim() is { Length: > 0 } typed)
                {
                    lines.Writer.WriteAsync(typed).AsTask().GetAwaiter().GetResult();
                }
            }

            lines.Writer.Complete();
        })
        { IsBackground = true, Name = "console input" }.Start();
        return lines.Reader;
    }
}
