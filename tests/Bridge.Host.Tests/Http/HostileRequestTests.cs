using System.Text;
using Bridge.Host.Admin;
using Bridge.Host.Api;
using Bridge.Host.Http;
using Xunit;

namespace Bridge.Host.Tests.Http;

/// <summary>Requests that nobody sends by mistake.</summary>
public sealed class HostileRequestTests
{
    private static readonly CancellationToken s_cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public void A_path_is_followed_as_it_is_or_not_at_all()
    {
        string[] seeds = ["/endpoints/chat/_matrix/app/v1/rooms/%23a%3Ab", "/endpoints/chat/../x", "http://h/endpoints/a?b=c", "*", "/%2e%2e/x", "//", "/a//b", "/a%2fb"];
        const string Marks = "/.%25eEfF0\\?#:* \0\u00e4";
        var random = new Random(5);
        for (var round = 0; round < 50_000; round++)
        {
            var target = Mutated(seeds[random.Next(seeds.Length)], Marks, random);
            if (RequestPath.Of(target) is { } path)
            {
                Assert.StartsWith("/", path, StringComparison.Ordinal);
                Assert.Contains(path, target + "/", StringComparison.Ordinal);
                Assert.DoesNotContain(path.Split('/').Select(Uri.UnescapeDataString), segment => segment is "." or "..");
                Assert.DoesNotContain('\0', Uri.UnescapeDataString(path));
            }
        }
    }

    [Fact]
    public void Arguments_fit_their_command_or_are_refused_with_a_reason()
    {
        var random = new Random(6);
        string[] values = ["1", "-1", "99999999999999999999", "true", "TRUE", "", "a", "\0", "１", "1e3", "+1", " 1", new string('9', 10_000)];
        for (var round = 0; round < 20_000; round++)
        {
            var route = ApiRoutes.All[random.Next(ApiRoutes.All.Count)];
            string Any() => values[random.Next(values.Length)];
            var path = route.Parameters.Where(parameter => route.IsInPath(parameter.Name)).ToDictionary(parameter => parameter.Name, _ => Any(), StringComparer.Ordinal);
            var query = route.Parameters.Where(_ => random.Next(2) == 0).Select(parameter => KeyValuePair.Create(random.Next(9) == 0 ? Any() : parameter.Name, Any())).ToList();
            try
            {
                Assert.All(ApiArguments.Of(route, path, query), argument => Assert.Contains(argument.Key, route.Parameters.Select(parameter => parameter.Name)));
            }
            catch (AdminException refusal)
            {
                Assert.Equal(AdminErrorCode.Usage, refusal.Code);
            }
        }
    }

    [Fact]
    public async Task The_listener_outlives_whatever_is_sent_to_it()
    {
        await using var site = await ServedSite.StartAsync(("chat", new ServingEndpoint()));
        string[] seeds =
        [
            "GET /endpoints/chat/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "POST /endpoints/chat/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "PUT /api/v1/deliveries HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        ];
        var random = new Random(7);
        for (var round = 0; round < 150; round++)
        {
            await site.SendRawAsync(Mutated(seeds[random.Next(seeds.Length)], "\r\n:/ %0aA{\0\u00ff", random), closes: true);
        }

        Assert.Equal(System.Net.HttpStatusCode.OK, await site.AskAsync("/endpoints/chat/x"));
        Assert.Equal(System.Net.HttpStatusCode.OK, await site.AskAsync("/healthz"));
        using var large = new StringContent(new string('a', 100_000), Encoding.UTF8, "application/json");
        using var response = await site.Client.PostAsync("/api/v1/deliveries/1/retry", large, s_cancellation);
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    private static string Mutated(string seed, string marks, Random random)
    {
        var text = seed.ToList();
        for (var change = random.Next(5); change >= 0; change--)
        {
            var at = random.Next(text.Count + 1);
            if (random.Next(2) == 0 && at < text.Count)
            {
                text.RemoveAt(at);
            }
            else
            {
                text.Insert(at, marks[random.Next(marks.Length)]);
            }
        }

        return string.Concat(text);
    }
}
