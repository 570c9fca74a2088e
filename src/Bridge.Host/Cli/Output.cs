using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Host.Admin;
using Bridge.Host.Terminal;
using Spectre.Console;

namespace Bridge.Host.Cli;

/// <summary>Prints results: for people, or as JSON with <c>--json</c>. Foreign text is made visible before it reaches the terminal.</summary>
internal sealed class Output(bool json)
{
    private static readonly JsonSerializerOptions s_indented = new(AdminProtocol.Json) { WriteIndented = true };
    private IAnsiConsole? _console;

    public bool Json { get; } = json;

    // Made when something is drawn: the daemon does not load what draws.
    private IAnsiConsole Screen => _console ??= Terminal.Screen.OfOutput();

    /// <summary>One result: as JSON, or by <paramref name="people"/>.</summary>
    public void Result<T>(JsonNode? result, Action<Output, T> people)
        where T : class
    {
        if (Json)
        {
            Console.Out.WriteLine(result?.ToJsonString(s_indented) ?? "null");
        }
        else
        {
            people(this, result.Deserialize<T>(AdminProtocol.Json)!);
        }
    }

    public void Result<T>(T result, Action<Output, T> people)
        where T : class
    {
        if (Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(result, s_indented));
        }
        else
        {
            people(this, result);
        }
    }

    /// <summary>One line of Spectre markup; interpolated values are escaped.</summary>
    public void Line(FormattableString markup) => Screen.MarkupLineInterpolated(Safe(markup));

    public void Line() => Screen.WriteLine();

    /// <summary>A table without lines; values are text.</summary>
    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows) => Screen.Write(TableOf(heads, rows));

    public void Show(Spectre.Console.Rendering.IRenderable picture) => Screen.Write(picture);

    public static Table TableOf(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = heads.Count > 0 };
        foreach (var (index, head) in heads.Index())
        {
            // Where a line is too long for the terminal, the last column gives way: it says most.
            table.AddColumn(new TableColumn(new Text(head, new Style(decoration: Decoration.Dim))) { NoWrap = index < heads.Count - 1, Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Visible.Line(cell))));
        }

        return table;
    }

    /// <summary>Says what went wrong and what helps, and gives the exit code.</summary>
    public int Fail(CliException failure)
    {
        if (Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new { error = failure.Message, cure = failure.Cure, exitCode = failure.ExitCode }, s_indented));
        }
        else
        {
            Console.Error.WriteLine($"bridge: {Visible.Line(failure.Message)}{(failure.Cure is null ? "" : $" ({Visible.Line(failure.Cure)})")}");
        }

        return failure.ExitCode;
    }

    private static FormattableString Safe(FormattableString markup) => System.Runtime.CompilerServices.FormattableStringFactory.Create(
        markup.Format, [.. markup.GetArguments().Select(argument => argument is string text ? Visible.Lines(text) : argument)]);
}
