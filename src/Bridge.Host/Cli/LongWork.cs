using System.Globalization;
using Spectre.Console;

namespace Bridge.Host.Cli;

/// <summary>How far some work is.</summary>
/// <param name="Done">In the unit of the work.</param>
/// <param name="Of">All of it; null while nobody knows.</param>
/// <param name="Unit">Plural, such as <c>records</c>.</param>
internal readonly record struct HowFar(long Done, long? Of, string Unit)
{
    public override string ToString() => Of is { } all ? $"{Shown(Done)} of {Shown(all)} {Unit} ({(all == 0 ? 100 : Math.Min(100, 100 * Done / all))} %)" : $"{Shown(Done)} {Unit}";

    private static string Shown(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>
/// Work that somebody may have to wait for: a bar on a terminal, a line every few seconds elsewhere, nothing with <c>--json</c>. It goes to standard
/// error, so that a result can be piped, and leaves nothing on a terminal when it is done.
/// </summary>
internal static class LongWork
{
    /// <summary>Runs it; the work says how far it is as often as it likes, from any thread.</summary>
    /// <param name="what">Such as <c>Backing up</c>.</param>
    public static Task<T> RunAsync<T>(Output output, string what, Func<IProgress<HowFar>, Task<T>> work) =>
        output.Json ? work(new Silence())
        : Console.IsErrorRedirected ? work(new Lines(Console.Error, what, TimeProvider.System))
        : WithBarAsync(what, work);

    private static Task<T> WithBarAsync<T>(string what, Func<IProgress<HowFar>, Task<T>> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask(Markup.Escape(what));
                bar.IsIndeterminate = true;
                return work(new Bar(bar, what));
            });
    }

    private sealed class Silence : IProgress<HowFar>
    {
        public void Report(HowFar value)
        {
        }
    }

    private sealed class Bar(ProgressTask bar, string what) : IProgress<HowFar>
    {
        public void Report(HowFar value)
        {
            bar.Description = Markup.Escape($"{what}: {value}");
            bar.IsIndeterminate = value.Of is null;
            bar.MaxValue = Math.Max(1, value.Of ?? 1);
            bar.Value = value.Of is null ? 0 : value.Done;
        }
    }

    /// <summary>For logs and pipes: short work says nothing at all.</summary>
    internal sealed class Lines(TextWriter writer, string what, TimeProvider clock) : IProgress<HowFar>
    {
        private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);
        private readonly Lock _lock = new();
        private long _last = clock.GetTimestamp();

        public void Report(HowFar value)
        {
            lock (_lock)
            {
                if (clock.GetElapsedTime(_last) >= s_pause)
                {
                    _last = clock.GetTimestamp();
                    writer.WriteLine($"{what}: {value}");
                }
            }
        }
    }
}
