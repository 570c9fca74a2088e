using Bridge.Abstractions;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Testing.Routing;
using Xunit;

namespace Bridge.Core.Tests.Messages;

/// <summary>What people say about being written to: kept, answered and taken back.</summary>
public sealed class ConsentTests
{
    private static readonly Consent s_withdrawn = new(IsGiven: false, "it asked for that", "START lifts it");
    private static readonly Consent s_given = new(IsGiven: true);
    private static readonly Address s_here = new(LoopRig.Home, "room");
    private static readonly Rule s_heard = new("heard", "home:*", "console:me") { Style = AddressStyle.Plain, Text = "heard: {{ message.text }}" };

    [Fact]
    public async Task It_is_kept_in_the_commit_of_the_message_with_its_answer_and_the_message_is_routed()
    {
        await using var rig = await LoopRig.StartAsync(s_heard);
        rig.Gate.Hold();
        var said = SayAsync(rig, "STOP", s_withdrawn, "no more");
        await rig.Gate.ArrivedAsync();
        Assert.Empty(rig.Owed);
        rig.Gate.Release();
        var id = (await said)[0];
        Assert.Equal(["no more", "heard: STOP"], rig.Texts);
        var answer = rig.Owed.First().Content!;
        Assert.Equal((s_here, true, (Address?)s_here), (answer.To, answer.IsAnswer, answer.Source));
        Assert.Equal(MessageManner.Notice, Assert.IsType<MessagePosted>(answer.Content).Manner);
        Assert.Equal(("it asked for that", "START lifts it", id), (rig.Loop.OptOuts.Find(s_here)!.Why, rig.Loop.OptOuts.Find(s_here)!.Cure, rig.Loop.OptOuts.Find(s_here)!.By));
        Assert.Equal((Consents.Route, Verdict.Sent), (rig.DecisionOf(id).Routes[0].Route, rig.DecisionOf(id).Routes[0].Verdict));
    }

    [Fact]
    public async Task It_outlives_restarts_and_years()
    {
        await using var rig = await LoopRig.StartAsync();
        await SayAsync(rig, "STOP", s_withdrawn, "no more");
        await rig.RestartAsync();
        rig.Clock.Advance(TimeSpan.FromDays(4_000));
        await rig.SayAsync("other", "time passes");
        await rig.RestartAsync();
        Assert.Equal(s_here, Assert.Single(rig.Loop.OptOuts.All).At);
        Assert.Equal((1, 0), (rig.Loop.OptOuts.CountOf(LoopRig.Home), rig.Loop.OptOuts.CountOf(new EndpointId("other"))));
    }

    [Fact]
    public async Task What_could_not_be_stored_was_not_said()
    {
        await using var rig = await LoopRig.StartAsync();
        rig.Store.Failure = new StoreException("the disk is full");
        await Assert.ThrowsAsync<StoreException>(() => SayAsync(rig, "STOP", s_withdrawn, "no more", "1"));
        Assert.Empty(rig.Loop.OptOuts.All);
        rig.Store.Failure = null;
        await SayAsync(rig, "STOP", s_withdrawn, "no more", "1");
        Assert.Equal(["no more"], rig.Texts);
    }

    [Fact]
    public async Task Only_what_changes_something_is_answered()
    {
        await using var rig = await LoopRig.StartAsync();
        await SayAsync(rig, "START", s_given, "again");
        await SayAsync(rig, "STOP", s_withdrawn, "no more");
        await SayAsync(rig, "STOP", s_withdrawn, "no more");
        await SayAsync(rig, "START", s_given, "again");
        await SayAsync(rig, "START", s_given, "again");
        Assert.Equal(["no more", "again"], rig.Texts);
        Assert.Empty(rig.Loop.OptOuts.All);
    }

    [Fact]
    public async Task A_repeat_of_an_old_message_says_nothing_again()
    {
        await using var rig = await LoopRig.StartAsync();
        await SayAsync(rig, "STOP", s_withdrawn, "no more", "1");
        await SayAsync(rig, "START", s_given, "again", "2");
        await SayAsync(rig, "STOP", s_withdrawn, "no more", "1");
        await SayAsync(rig, "HELP", null, "help", "3");
        await SayAsync(rig, "HELP", null, "help", "3");
        Assert.Equal(["no more", "again", "help"], rig.Texts);
        Assert.Empty(rig.Loop.OptOuts.All);
    }

    [Fact]
    public async Task Two_machines_that_answer_each_other_end_and_a_stop_holds_all_the_same()
    {
        await using var rig = await LoopRig.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            await SayAsync(rig, "HELP", null, "help");
        }

        var id = (await SayAsync(rig, "STOP", s_withdrawn, "no more"))[0];
        Assert.Equal(Enumerable.Repeat("help", 5), rig.Texts);
        Assert.Equal(Verdict.LoopStopped, rig.DecisionOf(id).Routes[0].Verdict);
        Assert.NotNull(rig.Loop.OptOuts.Find(s_here));
        await SayAsync(rig, "HELP", null, "help elsewhere", room: "other");
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await SayAsync(rig, "START", s_given, "again");
        Assert.Equal(["help elsewhere", "again"], rig.Texts.TakeLast(2));
    }

    [Fact]
    public async Task What_was_said_long_ago_is_not_asked_for_now()
    {
        await using var rig = await LoopRig.StartAsync();
        await rig.AcceptAsync(new Inbound { Address = s_here, Event = MessagePosted.Of("STOP"), Consent = s_withdrawn, Answer = new MessageText("no more"), Historic = true });
        Assert.Empty(rig.Owed);
        Assert.Empty(rig.Loop.OptOuts.All);
    }

    [Fact]
    public async Task A_person_lifts_it_by_hand_once()
    {
        await using var rig = await LoopRig.StartAsync();
        await SayAsync(rig, "STOP", s_withdrawn, "no more");
        var lift = new Steer.LiftOptOut(s_here) { By = "anna" };
        Assert.Null((await rig.Loop.SteerAsync(lift)).Refusal);
        await rig.RestartAsync();
        Assert.Empty(rig.Loop.OptOuts.All);
        Assert.Equal("it may be written to already", (await rig.Loop.SteerAsync(lift)).Refusal!.Why);
        Assert.Equal(["no more"], rig.Texts);
    }

    private static Task<IReadOnlyList<EventId>> SayAsync(LoopRig rig, string text, Consent? consent, string answer, string? id = null, string room = "room") =>
        rig.AcceptAsync(new Inbound
        {
            Address = new Address(LoopRig.Home, room), Event = MessagePosted.Of(text), Consent = consent, Answer = new MessageText(answer),
            NativeId = id is null ? null : new NativeId(id),
        });
}
