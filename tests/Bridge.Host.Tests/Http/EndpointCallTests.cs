using System.Net;
using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Host.Tests.Http;

/// <summary>What a network sees that calls an endpoint over HTTP.</summary>
public sealed class EndpointCallTests : IAsyncDisposable
{
    private static readonly CancellationToken s_cancellation = TestContext.Current.CancellationToken;
    private readonly ServingEndpoint _chat = new();

    public ValueTask DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task A_call_reaches_its_endpoint_as_it_was_sent()
    {
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/endpoints/chat/_matrix/app/v1/rooms/%23alias%3Aexample.org%2F1?access_token=a%20b&x=1&x=2");
        request.Headers.Add("Authorization", "Bearer secret");
        request.Content = new ByteArrayContent([1, 2, 3]);
        using var response = await site.Client.SendAsync(request, s_cancellation);
        Assert.Equal((HttpStatusCode.OK, "{}"), (response.StatusCode, await response.Content.ReadAsStringAsync(s_cancellation)));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        var (call, body) = Assert.Single(_chat.Calls);
        Assert.Equal(("PUT", "/_matrix/app/v1/rooms/%23alias%3Aexample.org%2F1"), (call.Method, call.Path));
        Assert.Equal([new("access_token", "a b"), new("x", "1"), new("x", "2")], call.Query);
        Assert.Equal("access_token=a%20b&x=1&x=2", call.RawQuery);
        Assert.Equal("Bearer secret", call.Headers["authorization"]);
        Assert.Equal([1, 2, 3], body);
        Assert.Equal(IPAddress.Loopback, call.Remote);
        Assert.Equal(1, site.Counted("http.endpoint_calls", "chat: 2xx"));
    }

    [Theory]
    [InlineData("/endpoints/other/x", 404)]
    [InlineData("/endpoints/mute/x", 404)]
    [InlineData("/endpoints", 404)]
    [InlineData("/endpoints/", 404)]
    [InlineData("/endpoints//chat", 404)]
    [InlineData("/endpoints/CHAT/x", 404)]
    [InlineData("/endpoints/cha%74/x", 404)]
    [InlineData("/endpoints/chat", 200)]
    [InlineData("/endpoints/chat/", 200)]
    [InlineData("/endpoints/chat//x", 200)]
    [InlineData("/endpoints/chat/../chat/x", 400)]
    [InlineData("/endpoints/chat/%2e%2E/chat/x", 400)]
    [InlineData("/endpoints/chat/.%2e", 400)]
    [InlineData("/endpoints/chat/./x", 400)]
    [InlineData("/endpoints/chat/a%00b", 400)]
    [InlineData("/endpoints/chat/a%zz", 400)]
    [InlineData("/endpoints/chat/a\\b", 400)]
    [InlineData("/endpoints/chat/...", 200)]
    [InlineData("http://localhost/endpoints/chat/x", 200)]
    [InlineData("http://elsewhere.example/endpoints/chat/x", 400)]
    [InlineData("/healthz/../endpoints/chat/x", 400)]
    public async Task Only_the_plain_path_of_an_endpoint_leads_to_it(string target, int status)
    {
        await using var site = await ServedSite.StartAsync(("chat", _chat), ("mute", new FakeEndpoint()));
        var answer = await site.SendRawAsync($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(status == 200 ? 1 : 0, _chat.Calls.Count);
        Assert.DoesNotContain("mute", answer.Split("\r\n\r\n")[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TRACE", 405)]
    [InlineData("BREW", 405)]
    [InlineData("get", 405)]
    [InlineData("PATCH", 200)]
    public async Task A_method_that_no_network_needs_is_refused(string method, int status)
    {
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        var answer = await site.SendRawAsync($"{method} /endpoints/chat/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_000, true, 200)]
    [InlineData(1_001, true, 413)]
    [InlineData(1_000, false, 200)]
    [InlineData(1_001, false, 413)]
    [InlineData(200_000, false, 413)]
    public async Task A_body_is_as_long_as_the_endpoint_takes_whether_its_length_is_told_or_not(int length, bool told, int status)
    {
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints/chat/x") { Content = new ByteArrayContent(new byte[length]) };
        request.Headers.TransferEncodingChunked = !told;
        using var response = await site.Client.SendAsync(request, s_cancellation);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? 0 : 1, site.Counted("http.refused", "the body is too long"));
    }

    [Theory]
    [InlineData("/endpoints/other/x")]
    [InlineData("/nothing")]
    [InlineData("/endpoints/chat/x")]
    public async Task What_nobody_read_of_a_body_does_not_cut_the_next_request_off(string path)
    {
        _chat.Serve = (_, _) => new(new HttpReply(403, default));
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        var answers = await site.SendRawAsync(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000\r\n\r\n{new string('x', 3_000)}GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.Equal(2, answers.Split("HTTP/1.1 ").Length - 1);
    }

    [Fact]
    public async Task Where_the_unread_body_is_long_the_answer_says_that_the_connection_ends()
    {
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        var answer = await site.SendRawAsync($"POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n{new string('x', 300_000)}");
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_swallows_the_end_of_a_long_body_does_not_answer_for_it()
    {
        _chat.Serve = async (call, cancellationToken) =>
        {
            try
            {
                await call.Body.CopyToAsync(Stream.Null, cancellationToken);
            }
            catch (IOException)
            {
                // As a parser does that takes what it has.
            }

            return new HttpReply(200, default);
        };
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints/chat/x") { Content = new ByteArrayContent(new byte[2_000]) };
        request.Headers.TransferEncodingChunked = true;
        using var response = await site.Client.SendAsync(request, s_cancellation);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_fault_of_the_endpoint_is_500_and_tells_nothing()
    {
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        foreach (var fault in (Func<HttpReply>[])[() => throw new FormatException("canary"), () => null!, () => new HttpReply(99, default), () => throw new TimeoutException("canary")])
        {
            _chat.Serve = (_, _) => new(fault());
            using var response = await site.Client.GetAsync("/endpoints/chat/x", s_cancellation);
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.DoesNotContain("canary", await response.Content.ReadAsStringAsync(s_cancellation), StringComparison.Ordinal);
        }

        Assert.Equal(4, site.Counted("http.endpoint_failures", "chat"));
    }

    [Fact]
    public async Task A_call_that_lasts_too_long_is_given_up_and_can_read_no_more()
    {
        var entered = new TaskCompletionSource<HttpCall>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _chat.Serve = async (call, cancellationToken) =>
        {
            cancellationToken.Register(() => cancelled.TrySetResult());
            entered.SetResult(call);
            await new TaskCompletionSource().Task; // hangs, whatever it is told
            return new HttpReply(200, default);
        };
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        var asking = site.Client.GetAsync("/endpoints/chat/x", s_cancellation);
        var call = await entered.Task;
        await ServedSite.UntilAsync(() => site.Clock.NextDue is not null);
        site.Clock.Advance(TimeSpan.FromSeconds(31));
        using var response = await asking;
        await cancelled.Task;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (response.StatusCode, response.Headers.GetValues("Retry-After").Single()));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => call.Body.ReadExactlyAsync(new byte[1], s_cancellation).AsTask());
    }

    [Fact]
    public async Task While_an_endpoint_does_not_run_its_network_is_asked_to_call_again()
    {
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        _chat.Drop();
        await ServedSite.UntilAsync(() => site.PhaseOf("chat") == EndpointPhase.BackingOff);
        using var response = await site.Client.GetAsync("/endpoints/chat/x", s_cancellation);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (response.StatusCode, response.Headers.GetValues("Retry-After").Single()));
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        await ServedSite.UntilAsync(() => site.PhaseOf("chat") == EndpointPhase.Connected);
        Assert.Equal(HttpStatusCode.OK, await site.AskAsync("/endpoints/chat/x"));
    }

    [Fact]
    public async Task A_call_in_flight_when_its_endpoint_falls_ends_at_once()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _chat.Serve = async (_, cancellationToken) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new HttpReply(200, default);
        };
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        var asking = site.AskAsync("/endpoints/chat/x");
        await entered.Task;
        _chat.Drop();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await asking);
    }

    [Fact]
    public async Task A_reload_puts_endpoints_in_and_takes_them_out_while_the_listener_goes_on()
    {
        var (second, other) = (new ServingEndpoint(), new ServingEndpoint());
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        Assert.Equal(HttpStatusCode.OK, await site.AskAsync("/endpoints/chat/x"));
        await site.ApplyAsync(ServedSite.ConfigOf("chat", second, "2"), ServedSite.ConfigOf("other", other));
        Assert.Equal(HttpStatusCode.OK, await site.AskAsync("/endpoints/chat/x"));
        Assert.Equal(HttpStatusCode.OK, await site.AskAsync("/endpoints/other/x"));
        Assert.Equal((1, 1, 1), (_chat.Calls.Count, second.Calls.Count, other.Calls.Count));
        await site.ApplyAsync(ServedSite.ConfigOf("other", other));
        Assert.Equal(HttpStatusCode.NotFound, await site.AskAsync("/endpoints/chat/x"));
    }

    [Fact]
    public async Task An_endpoint_answers_so_many_at_once_and_the_others_are_asked_to_call_again()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var entered = 0;
        _chat.Serve = async (_, _) =>
        {
            Interlocked.Increment(ref entered);
            await answer.Task;
            return new HttpReply(200, default);
        };
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        var asking = Enumerable.Range(0, 32).Select(_ => site.AskAsync("/endpoints/chat/x")).ToList();
        await ServedSite.UntilAsync(() => Volatile.Read(ref entered) == 32);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await site.AskAsync("/endpoints/chat/x"));
        answer.SetResult();
        Assert.All(await Task.WhenAll(asking), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(HttpStatusCode.OK, await site.AskAsync("/endpoints/chat/x"));
    }

    [Fact]
    public async Task Who_is_turned_away_often_waits_while_the_network_itself_is_answered_as_often_as_it_calls()
    {
        _chat.Serve = (call, _) => new(new HttpReply(call.Headers["Authorization"] == "right" ? 200 : 401, default));
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        async Task<int> CallAsync(string token, string? from)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/endpoints/chat/x");
            request.Headers.TryAddWithoutValidation("Authorization", token);
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", from is null ? [] : ["127.0.0.1, " + from]);
            using var response = await site.Client.SendAsync(request, s_cancellation);
            return (int)response.StatusCode;
        }

        for (var call = 0; call < 100; call++)
        {
            Assert.Equal(401, await CallAsync("wrong", "192.0.2.1"));
            Assert.Equal(200, await CallAsync("right", "192.0.2.2"));
            Assert.Equal(401, await CallAsync("wrong", null));
        }

        Assert.Equal(429, await CallAsync("wrong", "192.0.2.1"));
        Assert.Equal(200, await CallAsync("right", "192.0.2.2"));
        Assert.Equal(200, await CallAsync("right", null));
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, await CallAsync("right", "192.0.2.1"));
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_given_up()
    {
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        var asking = site.SendRawAsync("POST /endpoints/chat/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{");
        await ServedSite.UntilAsync(() => site.Clock.NextDue is not null);
        site.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.StartsWith("HTTP/1.1 503 ", await asking, StringComparison.Ordinal);
        Assert.Empty(_chat.Calls);
    }

    [Fact]
    public async Task An_answer_without_a_body_is_one()
    {
        _chat.Serve = (_, _) => new(new HttpReply(204, default));
        await using var site = await ServedSite.StartAsync(("chat", _chat));
        Assert.Equal(HttpStatusCode.NoContent, await site.AskAsync("/endpoints/chat/x"));
    }
}
