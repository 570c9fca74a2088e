using System.Text;
using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Phone;

public sealed class ReceivingTests
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task What_came_to_the_phone_is_read_once_and_in_order()
    {
        await using var sms = await RunningPhone.StartAsync(
            before: phone => phone.Receive("+4915100000012", "before the first start", Now.AddHours(-1)));
        var at = Now;
        sms.Phone.Receive("0151 00000012", "first 😀", at);
        sms.Phone.Receive("ACME", "second", at.AddMilliseconds(1));
        await sms.UntilAsync(() => sms.Heard.Count > 1);
        sms.Phone.Receive("+4915100000012", "third", at.AddMilliseconds(2));
        await sms.UntilAsync(() => sms.Heard.Count > 2);
        Assert.Equal(["first 😀", "second", "third"], sms.Heard.Select(TextOf));
        Assert.Equal(["+4915100000012", "ACME", "+4915100000012"], sms.Heard.Select(heard => heard.Address.Rest));
        Assert.Equal(at.ToUnixTimeMilliseconds(), sms.Heard[0].OccurredAt!.Value.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task The_list_and_the_call_name_a_message_the_same()
    {
        await using var sms = await RunningPhone.StartAsync(RunningPhone.Called);
        var came = sms.Phone.Receive("+4915100000012", "x", Now);
        Assert.Equal(200, (await sms.Call("sms:received", PhoneCalls.Of(came))).Status);
        await sms.RestartAsync(); // and is read back
        await sms.UntilAsync(() => sms.Heard.Count > 1);
        Assert.Single(sms.Heard.Select(heard => (heard.NativeId!.Value.Value, heard.OccurredAt)).Distinct()); // so Core drops all but one
        var later = came with { At = came.At.AddSeconds(1) }; // the same hash, were it to happen
        await sms.Call("sms:received", PhoneCalls.Of(later));
        Assert.Equal(2, sms.Heard.Select(heard => heard.NativeId!.Value.Value).Distinct().Count());
    }

    [Fact]
    public async Task More_than_a_page_is_read()
    {
        await using var sms = await RunningPhone.StartAsync(driver => driver with { Poll = TimeSpan.FromHours(1) }, before: phone =>
        {
            var at = Now; // a little before the first start still counts
            for (var i = 0; i < 250; i++)
            {
                phone.Receive("+4915100000012", $"{i}", at.AddMilliseconds(i));
            }
        });
        await sms.UntilAsync(() => sms.Heard.Count >= 250);
        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"{i}"), sms.Heard.Select(TextOf));
    }

    [Fact]
    public async Task What_waited_for_the_phone_for_days_is_found_by_the_long_look_back()
    {
        var clock = new ManualClock();
        await using var sms = await RunningPhone.StartAsync(driver => driver with { Poll = TimeSpan.FromSeconds(15) }, clock);
        await IdleAsync();
        clock.Advance(TimeSpan.FromDays(4));
        await sms.RestartAsync();
        await IdleAsync();
        sms.Phone.Receive("+4915100000012", "late", clock.GetUtcNow().AddDays(-3));
        clock.Advance(TimeSpan.FromMinutes(11));
        await sms.UntilAsync(() => sms.Heard.Count > 0);
        Assert.Equal("late", TextOf(sms.Heard[0]));

        // It has looked, and waits for the next time: no request may be in flight when time moves.
        Task IdleAsync() => sms.UntilAsync(() => clock.NextDue - clock.GetUtcNow() == TimeSpan.FromSeconds(15));
    }

    [Theory]
    [InlineData(501)]
    [InlineData(404)]
    public async Task A_server_shows_nothing_and_is_not_asked_again(int status)
    {
        var asked = 0;
        await using var sms = await RunningPhone.StartAsync(before: phone =>
        {
            phone.InboxStatus = status;
            phone.Instead = context =>
            {
                asked += context.Request.Path == "/inbox" ? 1 : 0;
                return Task.FromResult(false);
            };
        });
        await sms.Send(sms.Of("x"));
        sms.Phone.Move(sms.Phone.All[0].Id, "Delivered");
        await sms.UntilAsync(() => sms.Reported.Count > 0);
        Assert.InRange(asked, 1, sms.Failures.Count + 1); // once for each run
        Assert.Empty(sms.Impairments);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_is_told_and_sending_goes_on()
    {
        await using var sms = await RunningPhone.StartAsync(before: phone => phone.InboxStatus = 500);
        await sms.UntilAsync(() => sms.Impairments.Count > 0);
        Assert.Equal("the phone does not show what came in", sms.Impairments[0]);
        Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x")));
        sms.Phone.InboxStatus = null;
        await sms.UntilAsync(() => sms.Impairments.Count > 1);
        Assert.Null(sms.Impairments[1]);
    }

    [Fact]
    public async Task The_phone_is_told_once_where_to_call()
    {
        await using var sms = await RunningPhone.StartAsync(RunningPhone.Called);
        Assert.Equal(["mms:downloaded", "sms:delivered", "sms:failed", "sms:received"], sms.Phone.Calls.Hooks.Values.Select(hook => (string)hook["event"]!).Order());
        Assert.All(sms.Phone.Calls.Hooks, hook =>
        {
            Assert.InRange(hook.Key.Length, 1, 36);
            Assert.Equal("https://bridge.example.org/endpoints/sms/event", (string?)hook.Value["url"]);
            Assert.Equal(PhoneDouble.Device, (string?)hook.Value["deviceId"]);
        });
        await sms.RestartAsync();
        Assert.Equal(4, sms.Phone.Registrations);
    }

    [Fact]
    public async Task Another_phone_that_is_named_calls_in_the_place_of_the_first()
    {
        await using var sms = await RunningPhone.StartAsync(
            driver => RunningPhone.Called(driver) with { Phone = PhoneDouble.Device }, before: phone => phone.Devices.Add("another"));
        Assert.Equal(4, sms.Phone.Registrations);
        await sms.RestartAsync(options => options with { Driver = options.Driver! with { Phone = "another" } });
        Assert.Equal([.. Enumerable.Repeat("another", 4)], sms.Phone.Calls.Hooks.Values.Select(hook => (string?)hook["deviceId"]));
    }

    [Fact]
    public async Task An_address_that_the_phone_does_not_call_is_told_and_the_phone_is_asked_instead()
    {
        await using var sms = await RunningPhone.StartAsync(
            driver => RunningPhone.Called(driver) with { Callback = new Uri("http://192.168.1.2:8480/endpoints/sms"), Poll = driver.Poll });
        await sms.UntilAsync(() => sms.Impairments.Count > 0);
        Assert.Contains("driver.callback", sms.Impairments[0], StringComparison.Ordinal);
        sms.Phone.Receive("+4915100000012", "heard", Now);
        await sms.UntilAsync(() => sms.Heard.Count > 0);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_not_acknowledged_and_is_read_again()
    {
        await using var sms = await RunningPhone.StartAsync();
        sms.Memory.BeforeCommit = _ => throw new IOException("the store failed");
        sms.Phone.Receive("+4915100000012", "x", Now);
        await sms.UntilAsync(() => sms.Failures.Count > 0);
        sms.Memory.BeforeCommit = null;
        await sms.UntilAsync(() => sms.Heard.Count > 0);
        await using var called = await RunningPhone.StartAsync(RunningPhone.Called, before: phone => phone.InboxStatus = 501);
        called.Memory.BeforeCommit = _ => throw new IOException("the store failed");
        await Assert.ThrowsAsync<IOException>(() => called.Call("sms:received", PhoneCalls.Of(called.Phone.Receive("+4915100000012", "x", Now))));
    }

    [Fact]
    public async Task Only_what_the_phone_signed_of_late_is_believed()
    {
        await using var sms = await RunningPhone.StartAsync(RunningPhone.Called, before: phone => phone.InboxStatus = 501);
        var body = PhoneCalls.Envelope("sms:received", PhoneCalls.Of(sms.Phone.Receive("+4915100000012", "x", Now)));
        var seconds = Now.ToUnixTimeSeconds();
        byte[] other = [.. body.SkipLast(1), (byte)' '];
        Assert.Equal(401, (await sms.Call(body, [])).Status);
        Assert.Equal(401, (await sms.Call(body, [PhoneCalls.Sign(body, seconds)[1]])).Status);
        Assert.Equal(403, (await sms.Call(body, PhoneCalls.Sign(body, seconds, "another key"))).Status);
        Assert.Equal(403, (await sms.Call(other, PhoneCalls.Sign(body, seconds))).Status);
        Assert.Equal(403, (await sms.Call(body, [("X-Timestamp", $"{seconds + 1}"), PhoneCalls.Sign(body, seconds)[1]])).Status);
        Assert.Equal(403, (await sms.Call(body, PhoneCalls.Sign(body, seconds - 310))).Status);
        Assert.Equal(403, (await sms.Call(body, PhoneCalls.Sign(body, seconds + 310))).Status);
        Assert.Equal(404, (await sms.Call(body, PhoneCalls.Sign(body, seconds), path: "/message")).Status);
        Assert.Equal(405, (await sms.Call(body, PhoneCalls.Sign(body, seconds), method: "GET")).Status);
        Assert.Empty(sms.Heard);
        Assert.Equal([2, 3, 2], sms.Memory.Dropped.OrderBy(drop => drop.Key.Length).Select(drop => drop.Value)); // none, a wrong one, an old one
        Assert.Equal(200, (await sms.Call(body, PhoneCalls.Sign(body, seconds - 200))).Status);
        Assert.Equal(200, (await sms.Call(body, PhoneCalls.Sign(body, seconds - 200))).Status); // a replay within that time is the same message
        Assert.Single(sms.Heard.Select(heard => heard.NativeId!.Value.Value).Distinct());
    }

    [Fact]
    public async Task Without_a_signing_key_nobody_is_listened_to()
    {
        await using var sms = await RunningPhone.StartAsync();
        var body = PhoneCalls.Envelope("sms:received", PhoneCalls.Of(sms.Phone.Receive("+4915100000012", "x", Now.AddDays(-1))));
        Assert.Equal(404, (await sms.Call(body)).Status);
    }

    [Fact]
    public async Task Whatever_is_called_is_answered()
    {
        var random = new Random(512);
        await using var sms = await RunningPhone.StartAsync(RunningPhone.Called);
        await sms.Send(sms.Of("x"));
        byte[][] seeds =
        [
            PhoneCalls.Envelope("sms:received", PhoneCalls.Of(sms.Phone.Receive("+4915100000012", "x \ud83d\ude00", Now))),
            PhoneCalls.Envelope("sms:failed", PhoneCalls.Of(sms.Phone.All[0], "Send result: RESULT_ERROR_NO_SERVICE")),
            Encoding.UTF8.GetBytes("""{"event":"sms:received","payload":{"sender":"+49151","message":"\ud83d","receivedAt":"2026","messageId":"1"}}"""),
        ];
        for (var i = 0; i < 5_000; i++)
        {
            byte[] body = [.. seeds[random.Next(seeds.Length)]];
            for (var n = random.Next(6); n > 0; n--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            body = body[..(random.Next(4) == 0 ? random.Next(body.Length) : body.Length)];
            Assert.Contains((await sms.Call(body)).Status, (int[])[200, 400]);
            var noise = $"{(char)random.Next(32, 127)}";
            Assert.Equal(403, (await sms.Call(body, [("X-Timestamp", noise), ("X-Signature", Convert.ToHexString(body))])).Status);
        }
    }

    private static string TextOf(Inbound inbound) => ((TextPart)Assert.IsType<MessagePosted>(inbound.Event).Parts[0]).Text.Value;
}
