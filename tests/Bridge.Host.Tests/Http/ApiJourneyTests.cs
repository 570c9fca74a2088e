using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Bridge.Host.Api;
using Bridge.Host.Tests.Journeys;
using Xunit;

namespace Bridge.Host.Tests.Http;

/// <summary>The real daemon, managed over HTTP.</summary>
public sealed class ApiJourneyTests : IDisposable
{
    private const string Reader = "reader-0123456789abcdef";
    private const string Operator = "operator-0123456789abcdef";

    private const string Config = Workspace.Leak + """

        http: { listen: 127.0.0.1:0, public_url: "https://bridge.example.org" }
        people: { anna: { addresses: ["console:me"] } }
        links:
          - { id: halls, between: ["home:hall/a", "home:hall/b"] }
        access:
          tokens:
            monitor: { token: "${env:READER}", may: [read] }
            script: { token: "${env:OPERATOR}", may: [admin] }
        """;

    private static readonly (string Path, string Message)[] s_wrong =
    [
        ("deliveries?limit=many", "'limit' is not a whole number"),
        ("deliveries?all=yes", "'all' is neither true nor false"),
        ("deliveries?sate=parked", "there is no parameter of that name here"),
        ("deliveries?state=lost", "there is no delivery state 'lost'"),
        ("deliveries/x", "'delivery' is not a whole number"),
        ("deliveries/99", "there is no delivery 99"),
        ("endpoints/other", "there is no endpoint of that name"),
        ("links/other", "there is no link of that name"),
        ("nothing", "nothing is at this path"),
    ];

    private static readonly (string Path, string Body, string Message)[] s_misfits =
    [
        ("silences", "", "'name' is missing"),
        ("silences", """{"name":"halls"}""", "'duration' is missing"),
        ("silences", """{"name":null,"duration":"1h"}""", "'name' is null or of another type than it takes"),
        ("silences", """{"name":"halls","duration":36}""", "'duration' is null or of another type than it takes"),
        ("links", """{"between":["home:a",7]}""", "'between[1]' is null or of another type than it takes"),
        ("links/halls/label", """{"label":{"text":"hunter2"}}""", "'label' is null or of another type than it takes"),
    ];

    private static readonly Dictionary<string, string> s_bodies = new(StringComparer.Ordinal)
    {
        ["/links"] = """{"between":["home:hall/c","home:hall/d"]}""",
        ["/links/{link}/label"] = """{"label":"x"}""",
        ["/portals"] = """{"far":"home:x"}""",
        ["/silences"] = """{"name":"halls","duration":"1h"}""",
    };

    private static readonly CancellationToken s_cancellation = TestContext.Current.CancellationToken;
    private readonly Workspace _workspace = new(Config);
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };

    public ApiJourneyTests() => (_workspace.Environment["READER"], _workspace.Environment["OPERATOR"]) = (Reader, Operator);

    [Fact]
    public async Task The_document_describes_exactly_what_is_answered()
    {
        await using var daemon = await StartAsync();
        var emitted = await _workspace.DoAsync("emit", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", """{"water_leak":true,"battery":88}""", "--json");
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["endpoint"] = "home",
            ["delivery"] = "1",
            ["link"] = "halls",
            ["address"] = "console:me",
            ["name"] = "halls",
            ["eventId"] = JsonNode.Parse(emitted)!["eventId"]!.GetValue<string>(),
        };
        var document = (await AskAsync(HttpMethod.Get, "openapi.json", Reader)).Body;
        Assert.Equal("3.1.0", document["openapi"]!.GetValue<string>());
        var paths = document["paths"]!.AsObject();
        Assert.Equal(ApiRoutes.All.Select(route => (route.Path, route.Method.ToLowerInvariant())).Order(), paths.SelectMany(path => path.Value!.AsObject().Select(operation => (path.Key, operation.Key))).Order());
        foreach (var (template, operations) in paths)
        {
            var path = values.Aggregate(template, (path, value) => path.Replace($"{{{value.Key}}}", value.Value, StringComparison.Ordinal));
            foreach (var (method, operation) in operations!.AsObject())
            {
                var (status, body) = await AskAsync(new HttpMethod(method.ToUpperInvariant()), path[1..], Operator, method == "post" ? s_bodies.GetValueOrDefault(template) : null);
                var schema = status == HttpStatusCode.OK ? operation!["responses"]!["200"] : operation!["responses"]!["default"];
                SchemaCheck.Fits(body, schema!["content"]!["application/json"]!["schema"]!, document, $"{method} {path}");
                Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{method} {path}: {status} {body}");
            }

            var other = operations.AsObject().ContainsKey("delete") ? HttpMethod.Patch : HttpMethod.Delete;
            Assert.Equal(HttpStatusCode.MethodNotAllowed, (await AskAsync(other, path[1..], Operator)).Status);
        }
    }

    [Fact]
    public async Task A_parked_delivery_is_found_and_dropped_and_the_command_line_sees_the_same()
    {
        await using var daemon = await StartAsync();
        await _workspace.DoAsync("emit", "home:zigbee2mqtt/kitchen/leak_sensor", "--payload", """{"water_leak":true,"battery":88}""");
        var parked = Assert.Single((await AskAsync(HttpMethod.Get, "deliveries?state=parked&limit=5", Reader)).Body.AsArray())!;
        Assert.Equal("console:me", parked["to"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(parked, JsonNode.Parse(await _workspace.DoAsync("deliveries", "list", "--json"))![0]));
        var drop = $"deliveries/{parked["delivery"]}/drop";
        var refused = await AskAsync(HttpMethod.Post, drop, Reader);
        Assert.Equal((HttpStatusCode.Forbidden, "the token 'monitor' may not do this"), (refused.Status, refused.Body["error"]!["message"]!.GetValue<string>()));
        Assert.Equal("dropped", (await AskAsync(HttpMethod.Post, drop, Operator)).Body["state"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.Conflict, (await AskAsync(HttpMethod.Post, drop, Operator)).Status);
        Assert.DoesNotContain(daemon.Log.All, line => line.Contains(Operator, StringComparison.Ordinal));
        Assert.DoesNotContain(Operator, await _workspace.DoAsync("config"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_is_made_and_ended_by_who_may_and_shows_whose_token_it_was()
    {
        await using var daemon = await StartAsync();
        const string Body = """{"between":["home:hall/c","home:hall/d"]}""";
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(HttpMethod.Post, "links", Reader, Body)).Status);
        var made = (await AskAsync(HttpMethod.Post, "links", Operator, Body)).Body;
        Assert.Equal("script", made["made"]!["by"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(made, (await AskAsync(HttpMethod.Post, "links", Operator, Body)).Body));
        var id = made["link"]!.GetValue<string>();
        var status = (await AskAsync(HttpMethod.Get, "status", Reader)).Body["links"]!;
        Assert.Equal((2, 1), (status["links"]!.GetValue<int>(), status["made"]!.GetValue<int>()));

        foreach (var (body, message) in ((string, string)[])
            [("""{"between":["home:a"]}""", "a link is between two addresses or more"), ("""{"between":"home:a"}""", "'between' is null or of another type than it takes"),
             ("""{"betwen":[]}""", "there is no parameter of that name here"), ("""{"between":["home:a","home:b"],"by":"anna"}""", "there is no parameter of that name here"),
             ("[]", "the body is no JSON object, or longer than 64 kB"), ($"[{new string(' ', 70_000)}]", "the body is no JSON object, or longer than 64 kB"), ("{", "the body is no JSON object, or longer than 64 kB")])
        {
            Assert.Equal(message, (await AskAsync(HttpMethod.Post, "links", Operator, body)).Body["error"]!["message"]!.GetValue<string>());
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(HttpMethod.Delete, $"links/{id}", Reader)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(HttpMethod.Delete, $"links/{id}", Operator)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(HttpMethod.Delete, $"links/{id}", Operator)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await AskAsync(HttpMethod.Delete, "links/halls", Operator)).Status);
    }

    [Fact]
    public async Task What_a_body_lacks_is_named_with_where_it_is_described_and_its_values_are_not_said_again()
    {
        await using var daemon = await StartAsync();
        foreach (var (path, body, message) in s_misfits)
        {
            var (status, answer) = await AskAsync(HttpMethod.Post, path, Operator, body);
            var error = answer["error"]!;
            Assert.Equal((HttpStatusCode.BadRequest, message), (status, error["message"]!.GetValue<string>()));
            Assert.Equal("see /api/v1/openapi.json for what this takes", error["cure"]!.GetValue<string>());
        }

        Assert.DoesNotContain(daemon.Log.All, line => line.Contains("admin command failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_silence_that_is_over_at_once_was_made_all_the_same()
    {
        await using var daemon = await StartAsync();
        var (status, made) = await AskAsync(HttpMethod.Post, "silences", Operator, """{"name":"halls","duration":"1ms"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("halls", "script"), (made["name"]!.GetValue<string>(), made["by"]!.GetValue<string>()));
        Assert.Equal(TimeSpan.FromMilliseconds(1), made["until"]!.GetValue<DateTimeOffset>() - made["since"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task What_is_wrong_is_named_with_its_cure()
    {
        await using var daemon = await StartAsync();
        foreach (var (path, message) in s_wrong)
        {
            var (status, body) = await AskAsync(HttpMethod.Get, path, Reader);
            Assert.True(status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound);
            Assert.Equal(message, body["error"]!["message"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task A_stranger_learns_nothing_and_a_reload_changes_who_is_one()
    {
        await using var daemon = await StartAsync();
        foreach (var path in (string[])["status", "openapi.json", "nothing"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(HttpMethod.Get, path, null)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(HttpMethod.Get, path, Reader + "0")).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(HttpMethod.Get, "status", Reader)).Status);
        using var metrics = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Host = "bridge.example.org" } };
        using var unseen = await _client.SendAsync(metrics, s_cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, unseen.StatusCode);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Host = "bridge.example.org", Authorization = new AuthenticationHeaderValue("Bearer", Reader) } };
        using var seen = await _client.SendAsync(again, s_cancellation);
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
        _workspace.Config = Config.Replace("monitor: {", "gone: {", StringComparison.Ordinal).Replace("${env:READER}", "another-0123456789abcdef", StringComparison.Ordinal);
        await daemon.Log.WaitForAsync("generation 2");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(HttpMethod.Get, "status", Reader)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(HttpMethod.Get, "status", "another-0123456789abcdef")).Status);
    }

    public void Dispose()
    {
        _client.Dispose();
        _workspace.Dispose();
    }

    private async Task<BridgeProcess> StartAsync()
    {
        var daemon = await BridgeProcess.StartAsync(_workspace);
        var line = await daemon.Log.WaitForAsync("Health and metrics: http://");
        _client.BaseAddress = new Uri($"http://127.0.0.1:{line.Split(':')[^1].Split('/')[0]}/api/v1/");
        return daemon;
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(HttpMethod method, string path, string? token, string? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) } };
        request.Content = content is null ? null : new StringContent(content);
        using var response = await _client.SendAsync(request, s_cancellation);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(s_cancellation))!);
    }
}
