using Bridge.Abstractions;
using Bridge.Core.Commands;
using Bridge.Core.Configuration;
using Bridge.Core.Messages;
using Bridge.Core.Routing;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using EventId = Bridge.Abstractions.EventId;

namespace Bridge.Core.Tests.Commands;

/// <summary>Who is heard in a management conversation, and what is answered.</summary>
public sealed class ManagementTests : IDisposable
{
    private static readonly EndpointId s_chat = new("chat");
    private static readonly Address s_room = new(s_chat, "!bridge");

    private static readonly People s_people = new(
    [
        new PersonConfig("anna", [new Address(s_chat, "@anna")]),
        new PersonConfig("ben", [new Address(s_chat, "@ben")]),
        new PersonConfig("carl", [new Address(s_chat, "@carl")]),
    ]);

    private readonly ManualClock _clock = new();
    private readonly Telemetry _telemetry = new(NullLogger<Telemetry>.Instance);
    private readonly List<ChatCommand> _done = [];
    private readonly List<(Address To, MessagePosted Said)> _answers = [];
    private AccessConfig _access = new()
    {
        Management = [s_room],
        Roles = new Dictionary<string, AccessRight> { ["anna"] = AccessRight.Admin, ["ben"] = AccessRight.Read },
    };

    [Fact]
    public void What_somebody_with_a_role_says_there_is_for_Bridge_and_no_route_hears_it()
    {
        var decision = Said("status", "@anna");
        var owed = Assert.Single(decision.Deliveries).Content;
        Assert.Equal((CommandDesk.AddressOf(s_room), "management", null), (owed.To, owed.Route, owed.Content));
        Assert.Equal("management", Assert.Single(decision.Routes).Route);
    }

    [Theory]
    [InlineData("@carl", false, MessageManner.Said, "its sender has no role (access.roles)")]
    [InlineData("@stranger", false, MessageManner.Said, "its sender has no role (access.roles)")]
    [InlineData(null, false, MessageManner.Said, "bots give no commands")]
    [InlineData("@anna", true, MessageManner.Said, "bots give no commands")]
    [InlineData("@anna", false, MessageManner.Notice, "bots give no commands")]
    public void Nobody_else_is_heard_and_nothing_of_it_is_carried(string? sender, bool bot, MessageManner manner, string because)
    {
        var decision = Arrive(new Inbound
        {
            Address = s_room, Event = MessagePosted.Of("status") with { Manner = manner }, Sender = sender is null ? null : new Sender(sender, IsBot: bot),
        });
        Assert.Empty(decision.Deliveries);
        Assert.Equal(because, Assert.Single(decision.Routes).Because);
    }

    [Fact]
    public void What_is_no_text_is_no_command()
    {
        Assert.Empty(Arrive(new Inbound { Address = s_room, Event = new ReactionChanged(new NativeId("1"), new MessageText("👍")), Sender = new Sender("@anna") }).Deliveries);
        Assert.Empty(Arrive(new Inbound { Address = s_room, Event = MessagePosted.Of("status"), Sender = new Sender("@anna"), Historic = true }).Deliveries);
    }

    [Fact]
    public async Task An_answer_is_a_notice_where_the_command_was_given()
    {
        Assert.IsType<SendResult.Delivered>(await SendAsync("retry 7", "@anna"));
        Assert.Equal(new ChatCommand.Retry(7), Assert.Single(_done));
        var (to, said) = Assert.Single(_answers);
        Assert.Equal((s_room, MessageManner.Notice, "done"), (to, said.Manner, TextOf(said)));
    }

    [Fact]
    public async Task A_role_that_does_not_reach_is_told_so_and_help_shows_what_it_reaches()
    {
        await SendAsync("retry 7", "@ben");
        await SendAsync("stauts", "@ben");
        await SendAsync("help", "@ben");
        Assert.Empty(_done);
        Assert.Equal("you may not use retry: it needs a greater role under access.roles", TextOf(_answers[0].Said));
        Assert.Equal("there is no such command; did you mean 'status'?", TextOf(_answers[1].Said));
        Assert.StartsWith("help [COMMAND]: ", TextOf(_answers[2].Said), StringComparison.Ordinal);
        Assert.DoesNotContain("retry", TextOf(_answers[2].Said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_was_taken_away_meanwhile_counts_no_more()
    {
        _access = AccessConfig.Nobody;
        Assert.IsType<SendResult.Refused>(await SendAsync("status", "@anna"));
        Assert.Empty(_answers);
    }

    [Fact]
    public void Explain_says_that_no_rule_is_asked_there_and_what_is_done()
    {
        var arrival = new Arrival(EventId.New(_clock), new Inbound { Address = s_room, Event = MessagePosted.Of("status"), Sender = new Sender("@anna") }, _clock.GetUtcNow(), Origin.Network);
        var explained = Explanation.Of(Table(), arrival, new RulesMemory(), _clock.GetUtcNow(), TimeZoneInfo.Utc).Routes;
        Assert.Equal(["everything", ManagementTurn.Route], explained.Select(route => route.Id));
        Assert.Equal(["it is a management conversation: no rule is asked", "a command"], explained.Select(route => route.Because));
        Assert.Single(explained[1].Tells);
    }

    public void Dispose() => _telemetry.Dispose();

    private RouteTable Table() => RouteTable.Compile([new Rule("everything", "chat:*").Build()], management: new Management(_access, s_people));

    private static string TextOf(MessagePosted said) => ((TextPart)said.Parts.Single()).Text.Value;

    private Decision Said(string text, string sender) => Arrive(new Inbound { Address = s_room, Event = MessagePosted.Of(text), Sender = new Sender(sender) });

    private Decision Arrive(Inbound inbound)
    {
        var arrival = new Arrival(EventId.New(_clock), inbound, _clock.GetUtcNow(), Origin.Network);
        return Router.Decide(Table(), new RoutingInput.Arrived(arrival), new RulesMemory(), _clock.GetUtcNow(), TimeZoneInfo.Utc);
    }

    private async Task<SendResult> SendAsync(string text, string sender)
    {
        await using var desk = new CommandDesk(
            () => new Management(_access, s_people),
            (command, asker, _) =>
            {
                Assert.Equal(new CommandAsker("anna", new Address(s_chat, "@anna")), asker);
                _done.Add(command);
                return Task.FromResult("done");
            },
            (to, said) =>
            {
                _answers.Add((to, said));
                return Task.CompletedTask;
            },
            _telemetry);
        return await desk.SendAsync(
            new Outbound
            {
                Key = new DeliveryKey("key"), Event = EventId.New(_clock), To = CommandDesk.AddressOf(s_room), Content = MessagePosted.Of(text), Sender = new Sender(sender), OccurredAt = _clock.GetUtcNow(),
            },
            TestContext.Current.CancellationToken);
    }
}
