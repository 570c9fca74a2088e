using Bridge.Abstractions;
using Bridge.Core.Commands;
using Xunit;

namespace Bridge.Core.Tests.Commands;

public sealed class CommandParserTests
{
    private static readonly Address s_room = new(new EndpointId("matrix"), "!room:example.org");
    private static readonly Address s_number = new(new EndpointId("modem"), "+491700000001");

    public static TheoryData<string, ChatCommand> Understood => new()
    {
        { "", new ChatCommand.Help(null) },
        { "  HELP ", new ChatCommand.Help(null) },
        { "help Retry", new ChatCommand.Help("retry") },
        { "!bridge status", new ChatCommand.Status() },
        { "Bridge list", new ChatCommand.List(Listed.Links) },
        { "list Portals", new ChatCommand.List(Listed.Portals) },
        { "link matrix:!room:example.org\nmodem:+491700000001", new ChatCommand.Link([s_room, s_number]) },
        { "unlink plumber", new ChatCommand.Unlink("plumber") },
        { "start-chat modem:+491700000001", new ChatCommand.StartChat(s_number) },
        { "set-relay plumber \"{{ sender.name }}: \"", new ChatCommand.SetRelay("plumber", new MessageText("{{ sender.name }}: ")) },
        { "set-relay plumber “He: ”", new ChatCommand.SetRelay("plumber", new MessageText("He: ")) },
        { "retry 12", new ChatCommand.Retry(12) },
        { "start-chat modem:+491700000001 plumbers", new ChatCommand.StartChat(s_number, "plumbers") },
        { "silence leak off", new ChatCommand.Silence("leak", null) },
        { "silence leak 1h30m", new ChatCommand.Silence("leak", TimeSpan.FromMinutes(90)) },
    };

    public static TheoryData<string, string, string> NotUnderstood => new()
    {
        { "stauts", "there is no such command", "did you mean 'status'?" },
        { "hello there", "there is no such command", "did you mean 'help'?" },
        { "xyzzy", "there is no such command", "type: help" },
        { "retry", "retry is typed otherwise", "type: retry DELIVERY" },
        { "retry -1", "retry is typed otherwise", "type: retry DELIVERY" },
        { "retry 99999999999999999999", "retry is typed otherwise", "type: retry DELIVERY" },
        { "list 0", "list is typed otherwise", "type: list [links | portals | endpoints | deliveries]" },
        { "link matrix:a", "link is typed otherwise", "type: link ADDRESS ADDRESS ..." },
        { "link matrix:a matrix:a", "link is typed otherwise", "type: link ADDRESS ADDRESS ..." },
        { "silence leak 0s", "silence is typed otherwise", "type: silence NAME DURATION | NAME off" },
        { "help \"", "a quote is not closed, or there are too many words", "type: help" },
    };

    [Theory]
    [MemberData(nameof(Understood))]
    public void A_command_is_understood_as_people_type_it(string text, ChatCommand command) => Assert.Equal((command, null), CommandParser.Parse(text));

    [Theory]
    [MemberData(nameof(NotUnderstood))]
    public void What_is_no_command_is_answered_with_what_to_type(string text, string message, string cure) =>
        Assert.Equal(new CommandProblem(message, cure), CommandParser.Parse(text).Problem);

    [Fact]
    public void Whatever_a_network_brings_is_a_command_or_a_problem()
    {
        var random = new Random(4);
        string[] seeds = [.. Understood.Select(row => row.Data.Item1), .. CommandForm.All.Select(form => form.Shown)];
        const string Marks = "\"“” \n\t\0:!+0129azé😀{}[]|-";
        for (var round = 0; round < 20_000; round++)
        {
            var text = seeds[random.Next(seeds.Length)].ToList();
            for (var change = random.Next(6); change >= 0; change--)
            {
                var at = random.Next(text.Count + 1);
                if (random.Next(3) == 0 && at < text.Count)
                {
                    text.RemoveAt(at);
                }
                else
                {
                    text.Insert(at, Marks[random.Next(Marks.Length)]);
                }
            }

            var (command, problem) = CommandParser.Parse(string.Concat(text));
            Assert.True(command is null != problem is null);
        }

        Assert.NotNull(CommandParser.Parse(new string('a', 1_000_000)).Problem);
        Assert.NotNull(CommandParser.Parse(string.Concat(Enumerable.Repeat("a ", 900))).Problem);
    }
}
