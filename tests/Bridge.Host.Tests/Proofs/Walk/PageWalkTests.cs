using Xunit;

namespace Bridge.Host.Tests.Proofs.Walk;

/// <summary>A newcomer's walk: each page, command by command, in a fresh checkout with real processes, and what is printed is what the page shows.</summary>
public sealed class PageWalkTests
{
    public static TheoryData<string> Pages =>
        [.. MarkdownPage.All.Where(IsForUsers).Where(page => ConsoleBlock.Of(page).Any(block => block.NotRun is null)).Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_shows_what_happens(string name)
    {
        await using var terminal = await Terminal.OpenAsync();
        var walk = new PageWalk(terminal);
        foreach (var block in ConsoleBlock.Of(MarkdownPage.All.Single(page => page.Name == name)).Where(block => block.NotRun is null))
        {
            await walk.TakeAsync(block);
        }

        var wrong = await walk.EndAsync();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void What_is_not_run_is_counted_and_says_why()
    {
        var blocks = MarkdownPage.All.Where(IsForUsers).SelectMany(ConsoleBlock.Of).ToList();
        var idle = blocks.Where(block => block.NotRun is not null).ToList();
        TestContext.Current.AddWarning($"{idle.Sum(block => block.Commands.Count)} of {blocks.Sum(block => block.Commands.Count)} commands on the pages are not run: "
            + string.Join("; ", idle.Select(block => $"{block.Place} ({block.NotRun})")));
        Assert.Empty(blocks.Where(block => block.Commands.Count == 0).Select(block => $"{block.Place}: no line begins with '$ '"));
        Assert.True(blocks.Count > idle.Count);
    }

    private static bool IsForUsers(MarkdownPage page) =>
        page.Name == "README.md" || Path.GetDirectoryName(page.Name) == "docs";
}

/// <summary>One page being walked.</summary>
internal sealed class PageWalk(Terminal terminal)
{
    private readonly List<string> _wrong = [];
    private readonly List<(string Place, Window Window)> _windows = [];

    public async Task TakeAsync(ConsoleBlock block)
    {
        foreach (var first in block.First)
        {
            await terminal.RunAsync(first);
        }

        foreach (var shown in block.Commands)
        {
            if (shown.StaysInForeground)
            {
                await OpenAsync(block.Place, shown);
            }
            else
            {
                Note(block.Place, shown, Transcript.Difference(shown.Output, await terminal.RunAsync(shown.Command)));
            }
        }
    }

    /// <summary>What was wrong, in order.</summary>
    public async Task<IReadOnlyList<string>> EndAsync()
    {
        foreach (var (place, window) in Enumerable.Reverse(_windows).ToList())
        {
            await CloseAsync(place, window);
        }

        return _wrong;
    }

    /// <summary>A second daemon takes the place of the first, as if the reader had pressed Ctrl-C.</summary>
    private async Task OpenAsync(string place, Shown shown)
    {
        if (shown.IsDaemon && _windows.Find(open => open.Window.Shown.IsDaemon) is (string earlier, Window running))
        {
            await CloseAsync(earlier, running);
        }

        var window = await terminal.OpenWindowAsync(shown);
        _windows.Add((place, window));
        await window.ReadyAsync();
    }

    private async Task CloseAsync(string place, Window window)
    {
        Note(place, window.Shown, await window.DifferenceAsync());
        await window.StopAsync();
        _windows.RemoveAll(open => open.Window == window);
    }

    private void Note(string place, Shown shown, string? difference)
    {
        if (difference is not null)
        {
            _wrong.Add($"{place}: {shown.Command}\n  {difference}\n");
        }
    }
}
