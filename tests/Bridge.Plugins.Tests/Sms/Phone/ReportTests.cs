using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Phone;

public sealed class ReportTests
{
    public static TheoryData<string, string?, DeliveryOutcome, string?> Ends { get; } = new()
    {
        { "Delivered", null, DeliveryOutcome.Delivered, null },
        { "Failed", "TTL expired", DeliveryOutcome.Failed, "it expired in the phone before it was sent" },
        {
            "Failed", "Send result: RESULT_ERROR_LIMIT_EXCEEDED (Failed because we reached the sending queue limit)", DeliveryOutcome.Failed,
            "the phone could not send it (RESULT_ERROR_LIMIT_EXCEEDED)"
        },
        { "Failed", "Delivery result from SC +491710000000: 70", DeliveryOutcome.Failed, "the network could not deliver it (status 70)" },
        { "Failed", "sendSMS: The string +4915112345678 did not seem to be a phone number", DeliveryOutcome.Failed, "the phone could not send it" },
        { "Failed", null, DeliveryOutcome.Failed, "the phone could not send it" },
        { "Cancelled", null, DeliveryOutcome.Failed, "it was cancelled at the gateway before it was sent" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task The_phone_is_asked_what_became_of_a_message_until_it_knows(string state, string? error, DeliveryOutcome outcome, string? why)
    {
        await using var sms = await RunningPhone.StartAsync();
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        var id = sms.Phone.All[0].Id;
        sms.Phone.Move(id, "Sent");
        await sms.RestartAsync(); // it is remembered over this
        Assert.Empty(sms.Reported);
        sms.Phone.Move(id, state, error);
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(new DeliveryReported(outbound.Key, outcome, Why: why), sms.Reported[0]);
        await sms.UntilAsync(() => !sms.Memory.State.Keys.Any(key => key.StartsWith("awaited/", StringComparison.Ordinal)));
        Assert.Single(sms.Reported);
    }

    [Theory]
    [InlineData("sms:delivered", null, DeliveryOutcome.Delivered, null)]
    [InlineData("sms:failed", "Send result: RESULT_MODEM_ERROR (x)", DeliveryOutcome.Failed, "the phone could not send it (RESULT_MODEM_ERROR)")]
    [InlineData("sms:cancelled", null, DeliveryOutcome.Failed, "it was cancelled at the gateway before it was sent")]
    public async Task Where_the_phone_calls_it_need_not_be_asked(string name, string? reason, DeliveryOutcome outcome, string? why)
    {
        await using var sms = await RunningPhone.StartAsync(RunningPhone.Called);
        var outbound = sms.Of("x");
        await sms.Send(outbound);
        Assert.Equal(200, (await sms.Call("sms:sent", PhoneCalls.Of(sms.Phone.All[0]))).Status);
        Assert.Empty(sms.Reported);
        Assert.Equal(200, (await sms.Call(name, PhoneCalls.Of(sms.Phone.All[0], reason))).Status);
        Assert.Equal(new DeliveryReported(outbound.Key, outcome, Why: why), Assert.Single(sms.Reported));
        Assert.DoesNotContain(sms.Memory.State.Keys, key => key.StartsWith("awaited/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_others_send_through_the_phone_is_none_of_ours()
    {
        await using var sms = await RunningPhone.StartAsync(RunningPhone.Called);
        await sms.Send(sms.Of("x"));
        foreach (var id in (string[])["PyDmBQZZXYmyxMwED8Fzy", "bridge-", "bridge-" + new string('x', 30), ""])
        {
            Assert.Equal(200, (await sms.Call("sms:delivered", PhoneCalls.Of(sms.Phone.All[0] with { Id = id }))).Status);
        }

        Assert.Empty(sms.Reported);
    }

    [Fact]
    public async Task A_report_that_could_not_be_stored_is_not_acknowledged()
    {
        await using var sms = await RunningPhone.StartAsync(RunningPhone.Called);
        await sms.Send(sms.Of("x"));
        sms.Memory.BeforeCommit = _ => throw new IOException("the store failed");
        await Assert.ThrowsAsync<IOException>(() => sms.Call("sms:delivered", PhoneCalls.Of(sms.Phone.All[0])));
        sms.Memory.BeforeCommit = null;
        await sms.Call("sms:delivered", PhoneCalls.Of(sms.Phone.All[0]));
        Assert.Single(sms.Reported);
    }

    [Fact]
    public async Task Without_reports_a_message_that_left_the_phone_is_as_much_as_will_be_known()
    {
        await using var sms = await RunningPhone.StartAsync(driver => driver with { Reports = false });
        await sms.Send(sms.Of("x"));
        Assert.False((bool?)sms.Phone.All[0].Request["withDeliveryReport"]);
        sms.Phone.Move(sms.Phone.All[0].Id, "Sent");
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.Equal(DeliveryOutcome.Delivered, sms.Reported[0].Outcome);
    }

    [Fact]
    public async Task What_nobody_reports_is_forgotten_after_two_weeks()
    {
        var clock = new ManualClock();
        await using var sms = await RunningPhone.StartAsync(clock: clock);
        await sms.Send(sms.Of("x"));
        await sms.UntilAsync(() => sms.Memory.State.Keys.Any(key => key.StartsWith("awaited/", StringComparison.Ordinal)));
        clock.Advance(TimeSpan.FromDays(13));
        await sms.RestartAsync();
        Assert.Contains(sms.Memory.State.Keys, key => key.StartsWith("awaited/", StringComparison.Ordinal));
        clock.Advance(TimeSpan.FromDays(2));
        await sms.RestartAsync();
        await sms.UntilAsync(() => !sms.Memory.State.Keys.Any(key => key.StartsWith("awaited/", StringComparison.Ordinal)));
    }
}
