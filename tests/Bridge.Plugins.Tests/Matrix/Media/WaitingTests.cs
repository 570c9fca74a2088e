using System.Net;
using System.Text;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix.Media;

/// <summary>Files that are not to be had at once: they are waited for, and hold up what is behind them no longer than a minute.</summary>
public sealed class WaitingTests
{
    private const string Path = "/_matrix/app/v1/transactions/t1";
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_file_that_is_not_there_yet_is_waited_for_as_long_as_the_homeserver_says()
    {
        await using var matrix = await RunningMatrix.StartAsync(_clock);
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        matrix.Homeserver.Faults.Next(Operation.Download, Fault.RateLimitedWithHeader(TimeSpan.FromSeconds(10)));
        matrix.Homeserver.Faults.Next(Operation.Download, Fault.ProxyError(504), times: 3);
        anna.Send(room, new { msgtype = "m.file", body = "a.bin", url = anna.Upload([1, 2, 3], "application/x-test") });

        await UntilAsync(matrix, () => matrix.Heard.Any(IsFile));
        Assert.Equal(3, FileOf(matrix.Heard.First(IsFile)).Size);
        Assert.NotNull(FileOf(matrix.Heard.First(IsFile)).Blob);
        Assert.Empty(matrix.Memory.Dropped);
    }

    [Fact]
    public async Task A_file_that_does_not_come_keeps_what_is_behind_it_for_a_minute()
    {
        await using var matrix = await RunningMatrix.StartAsync(_clock);
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        matrix.Homeserver.Faults.Always(Operation.Download, Fault.ProxyError(504));
        var began = _clock.GetUtcNow();
        anna.Send(room, new { msgtype = "m.file", body = "a.bin", url = "mxc://hs.test/never" });
        anna.Say(room, "behind it");

        await UntilAsync(matrix, () => matrix.HeardTexts.Contains("behind it"));
        Assert.Null(FileOf(matrix.Heard.First(IsFile)).Blob);
        Assert.InRange((_clock.GetUtcNow() - began).TotalSeconds, 55, 65);
        Assert.NotEmpty(matrix.Memory.Dropped);
    }

    [Fact]
    public async Task Several_files_that_do_not_come_keep_what_is_behind_them_no_longer_than_one_and_what_comes_is_in_its_place()
    {
        await using var matrix = await RunningMatrix.StartAsync(_clock);
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        matrix.Homeserver.Faults.When(call => call.Operation == Operation.Download && call.Path.Contains("/never", StringComparison.Ordinal), Fault.ProxyError(504));
        var there = anna.Upload([1, 2, 3], "application/x-test");
        string[] files = [.. Enumerable.Range(1, 6).Select(number => number == 4 ? there : $"mxc://hs.test/never{number}")];
        var events = string.Join(',', files.Select((url, at) => FileEvent(at, anna.Id, room, url)));
        var began = _clock.GetUtcNow();
        var serving = ServeAsync(matrix, Encoding.UTF8.GetBytes($$"""{"events":[{{events}}]}"""), TestContext.Current.CancellationToken);
        await UntilAsync(matrix, () => serving.IsCompleted);
        Assert.Equal(200, (await serving).Status);
        Assert.Equal(Enumerable.Range(0, 6).Select(at => $"$f{at}"), matrix.Heard.Where(IsFile).Select(file => file.NativeId!.Value.Value));
        Assert.Equal([3], matrix.Heard.Where(IsFile).Select((file, at) => (file, at)).Where(file => FileOf(file.file).Blob is not null).Select(file => file.at));
        Assert.InRange((_clock.GetUtcNow() - began).TotalSeconds, 55, 75);
    }

    [Fact]
    public async Task Files_do_not_have_their_time_again_when_their_transaction_is_cut_off_and_comes_again()
    {
        await using var matrix = await RunningMatrix.StartAsync(_clock);
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        matrix.Homeserver.Faults.Always(Operation.Download, Fault.ProxyError(504));
        var transaction = Encoding.UTF8.GetBytes($$"""{"events":[{{FileEvent(1, anna.Id, room, "mxc://hs.test/n1")}},{{FileEvent(2, anna.Id, room, "mxc://hs.test/n2")}}]}""");
        HttpReply? reply = null;
        for (var tries = 0; tries < 12 && reply is null; tries++)
        {
            using var cut = new CancellationTokenSource();
            var serving = ServeAsync(matrix, transaction, cut.Token);
            await matrix.UntilAsync(() => serving.IsCompleted || _clock.IsDueIn(s_pause));
            await cut.CancelAsync();
            reply = await IfServedAsync(serving);
            _clock.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Equal(200, reply?.Status);
        Assert.Equal(2, matrix.Heard.Count(IsFile));
    }

    [Fact]
    public async Task A_file_does_not_have_its_time_again_when_the_connection_begins_anew()
    {
        await using var matrix = await RunningMatrix.PrepareAsync(
            options => options with { Appservice = null, AccessToken = new Secret("syt_helper") }, clock: _clock);
        var (anna, helper) = (matrix.Homeserver.User("anna"), matrix.Homeserver.User("helper"));
        var room = anna.CreateRoom();
        anna.Invite(room, helper.Id);
        helper.Join(room);
        await matrix.ConnectAsync();
        await matrix.UntilAsync(() => matrix.Memory.State.ContainsKey("sync/since"));
        matrix.Homeserver.Faults.Always(Operation.Download, Fault.ProxyError(504));
        var began = _clock.GetUtcNow();
        anna.Send(room, new { msgtype = "m.file", body = "a.bin", url = "mxc://hs.test/never" });
        anna.Say(room, "behind it");
        for (var runs = 0; runs < 2; runs++)
        {
            var ends = _clock.GetUtcNow() + TimeSpan.FromSeconds(25);
            await UntilAsync(matrix, () => _clock.GetUtcNow() >= ends);
            await matrix.StopAsync();
            await matrix.ConnectAsync();
        }

        await UntilAsync(matrix, () => matrix.HeardTexts.Contains("behind it"));
        Assert.InRange((_clock.GetUtcNow() - began).TotalSeconds, 55, 70);
    }

    [Fact]
    public async Task What_was_said_before_comes_without_the_files_that_do_not_and_does_not_wait_for_them_one_by_one()
    {
        await using var matrix = await RunningMatrix.StartAsync(_clock);
        var anna = matrix.Homeserver.User("anna");
        var room = anna.CreateRoom();
        matrix.Homeserver.Faults.When(
            call => call.Operation == Operation.Download && call.Path.Contains("/never", StringComparison.Ordinal), Fault.ProxyError(504));
        anna.Say(room, "first");
        anna.Send(room, new { msgtype = "m.file", body = "a.bin", url = "mxc://hs.test/never1" });
        anna.Send(room, new { msgtype = "m.file", body = "b.bin", url = anna.Upload([1, 2, 3], "application/x-test") });
        anna.Send(room, new { msgtype = "m.file", body = "c.bin", url = "mxc://hs.test/never2" });
        anna.Say(room, "last");
        anna.Invite(room, "@bridge:hs.test");
        await matrix.UntilAsync(() => ReceivingTests.IsIn(matrix, room));

        var began = _clock.GetUtcNow();
        var reading = matrix.Endpoint.LatestAsync(RunningMatrix.At(room), 10, TestContext.Current.CancellationToken).AsTask();
        await matrix.UntilAsync(() =>
        {
            if (matrix.Blobs.Count > 0 && _clock.IsDueIn(s_pause))
            {
                _clock.Advance(s_pause);
            }

            return reading.IsCompleted;
        });
        var found = await reading;
        Assert.Equal(5, found.Count);
        Assert.Equal((true, true), (ReceivingTests.Says("first")(found[0]), ReceivingTests.Says("last")(found[4])));
        Assert.Equal([false, true, false], found.Where(IsFile).Select(file => FileOf(file).Blob is not null));
        Assert.InRange((_clock.GetUtcNow() - began).TotalSeconds, 5, 15);
        Assert.Equal(2, Assert.Single(matrix.Memory.Dropped).Value);
    }

    [Fact]
    public async Task Whose_name_is_not_to_be_had_is_not_asked_for_it_with_each_message()
    {
        await using var matrix = await RunningMatrix.StartAsync(_clock);
        var (anna, room) = await ReceivingTests.TogetherAsync(matrix);
        matrix.Homeserver.Faults.Always(Operation.Profile, Fault.ProxyError(502));
        var before = Asked();
        anna.Say(room, "one");
        anna.Say(room, "two");
        await matrix.HeardAsync(ReceivingTests.Says("two"));
        Assert.Equal(before + 1, Asked());

        _clock.Advance(TimeSpan.FromSeconds(61));
        matrix.Homeserver.Faults.Clear();
        anna.SetProfile("Anna");
        anna.Say(room, "three");
        Assert.Equal("Anna", (await matrix.HeardAsync(ReceivingTests.Says("three"))).Sender?.Name);

        int Asked() => matrix.Homeserver.Calls.Count(call => call.Operation == Operation.Profile);
    }

    private static Task<HttpReply> ServeAsync(RunningMatrix matrix, byte[] transaction, CancellationToken cut)
    {
        var headers = new Dictionary<string, string> { ["Authorization"] = "Bearer hs-token" };
        return matrix.Endpoint.ServeAsync(new HttpCall("PUT", Path, [], headers, new MemoryStream(transaction), IPAddress.Loopback), cut).AsTask();
    }

    /// <summary>Null when it was cut off.</summary>
    private static async Task<HttpReply?> IfServedAsync(Task<HttpReply> serving)
    {
        try
        {
            return await serving;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Time moves while something is waited for, and stands still otherwise.</summary>
    private Task UntilAsync(RunningMatrix matrix, Func<bool> condition) => matrix.UntilAsync(() =>
    {
        foreach (var pause in (TimeSpan[])[s_pause, TimeSpan.FromSeconds(10)])
        {
            if (_clock.IsDueIn(pause))
            {
                _clock.Advance(pause);
            }
        }

        return condition();
    });

    private static bool IsFile(Inbound inbound) => inbound.Event is MessagePosted { Parts: [AttachmentPart] };

    private static AttachmentPart FileOf(Inbound inbound) => (AttachmentPart)((MessagePosted)inbound.Event).Parts[0];

    private static string FileEvent(int number, string sender, string room, string url) => JsonSerializer.Serialize(new
    {
        event_id = $"$f{number}", room_id = room, sender, type = "m.room.message",
        content = new { msgtype = "m.file", body = "a", url },
    });
}
