using System.CommandLine;
using System.Text.Json;
using Bridge.Host.Admin;
using Bridge.Host.Configuration.Binding;
using Bridge.Host.Terminal;
using Spectre.Console;

namespace Bridge.Host.Cli;

/// <summary><c>bridge top</c>: the daemon at work, live.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan s_keys = TimeSpan.FromMilliseconds(50);

    public static Command Build()
    {
        var interval = new Option<string>("--interval") { Description = "How often to look.", HelpName = "duration", DefaultValueFactory = _ => "1s" };
        var count = new Option<int>("--count") { Description = "End after this many looks; 0: when q or Ctrl-C is pressed.", HelpName = "number" };
        var command = new Command(
            "top", "Watch the daemon work: endpoints, rates, commits, and the addresses that are owed most. q ends it; --json prints a line per look.") { interval, count };
        return command.Does(async (parsed, output, cancellationToken) =>
        {
            if (!TextValues.TryDuration(parsed.GetValue(interval)!, out var pause) || pause < s_keys)
            {
                throw new CliException(ExitCode.Usage, "--interval is no duration of at least 50ms", "write a number with a unit, such as 2s");
            }

            var looks = new Looks(Common.DaemonOf(parsed), pause, parsed.GetValue(count));
            try
            {
                await (output.Json ? LinesAsync(looks, cancellationToken)
                    : Console.IsOutputRedirected ? PicturesAsync(looks, output, cancellationToken)
                    : LiveAsync(looks, cancellationToken));
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C is the usual way out.
            }

            return ExitCode.Ok;
        });
    }

    private static async Task LinesAsync(Looks looks, CancellationToken cancellationToken)
    {
        await foreach (var (sample, _) in looks.ReadAsync(cancellationToken))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(sample, AdminProtocol.Json));
        }
    }

    private static async Task PicturesAsync(Looks looks, Output output, CancellationToken cancellationToken)
    {
        await foreach (var (sample, status) in looks.ReadAsync(cancellationToken))
        {
            output.Show(TopScreen.Of(sample, status));
            output.Line();
        }
    }

    private static Task LiveAsync(Looks looks, CancellationToken cancellationToken) =>
        Screen.OfOutput().Live(Text.Empty).Overflow(VerticalOverflow.Ellipsis).StartAsync(async live =>
        {
            await foreach (var (sample, status) in looks.ReadAsync(cancellationToken))
            {
                live.UpdateTarget(TopScreen.Of(sample, status));
                live.Refresh();
            }
        });

    /// <summary>One look after the other, until there were enough of them or somebody presses q.</summary>
    private sealed class Looks(AdminClient daemon, TimeSpan pause, int count)
    {
        private readonly bool _hearsKeys = !Console.IsInputRedirected && Foreground.IsOurs();

        public async IAsyncEnumerable<(TopSample Sample, StatusReport Status)> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            TopReport? before = null;
            for (var looks = 1; ; looks++)
            {
                var now = (await daemon.AskAsync("top", new Nothing(), cancellationToken)).Deserialize<TopReport>(AdminProtocol.Json)!;
                yield return (TopSample.Of(now, before), now.Status);
                before = now;
                if (looks == count || !await WaitAsync(cancellationToken))
                {
                    yield break;
                }
            }
        }

        /// <summary>False when it is to end.</summary>
        private async Task<bool> WaitAsync(CancellationToken cancellationToken)
        {
            var clock = TimeProvider.System;
            for (var began = clock.GetTimestamp(); clock.GetElapsedTime(began) < pause;)
            {
                if (_hearsKeys && Console.KeyAvailable && Console.ReadKey(intercept: true).Key == ConsoleKey.Q)
                {
                    return false;
                }

                await Task.Delay(s_keys, clock, cancellationToken);
            }

            return true;
        }
    }
}
