using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Bridge.Testing.Matrix;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix.Double;

/// <summary>An application service made of nothing but HTTP: what the homeserver double is tried with.</summary>
internal sealed class ServiceSide : IAsyncDisposable, IHttpApplication<HttpContext>
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly List<Pushed> _pushed = [];
    private readonly Lock _gate = new();
    private KestrelServer? _server;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceSide(Homeserver homeserver, AppService service) => (Homeserver, Service) = (homeserver, service);

    public Homeserver Homeserver { get; }

    public AppService Service { get; }

    /// <summary>Answered instead of 200.</summary>
    public int Status { get; set; } = 200;

    public static async Task<ServiceSide> StartAsync(HomeserverOptions? options = null, AppService? service = null)
    {
        var registered = service ?? new AppService();
        var port = Bridge.Testing.Mqtt.MosquittoBroker.FreePort();
        registered.Url = new Uri($"http://127.0.0.1:{port}/endpoints/home");
        var side = new ServiceSide(await Homeserver.StartAsync(options, registered), registered);
        await side.ListenAsync();
        return side;
    }

    public async Task ListenAsync()
    {
        var options = new KestrelServerOptions();
        options.ListenLocalhost(Service.Url!.Port);
        _server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
        await _server.StartAsync(this, TestContext.Current.CancellationToken);
    }

    public async Task StopListeningAsync()
    {
        if (_server is { } server)
        {
            await server.StopAsync(new CancellationToken(canceled: true));
            server.Dispose();
            _server = null;
        }
    }

    public IReadOnlyList<Pushed> Transactions
    {
        get
        {
            lock (_gate)
            {
                return [.. _pushed];
            }
        }
    }

    /// <summary>The bodies of the messages that came, in order.</summary>
    public IReadOnlyList<string> Bodies => [.. Transactions.SelectMany(pushed => pushed.Events).Where(happened => happened.GetProperty("type").GetString() == "m.room.message")
        .Select(happened => happened.GetProperty("content").GetProperty("body").GetString()!)];

    public async Task UntilAsync(Func<ServiceSide, bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (condition(this))
            {
                return;
            }

            await changed.WaitAsync(patience.Token);
        }
    }

    public Task<Said> Put(string path, object body, string? ghost = null, string? token = null) => CallAsync(HttpMethod.Put, path, body, ghost, token);

    public Task<Said> Post(string path, object body, string? ghost = null, string? token = null) => CallAsync(HttpMethod.Post, path, body, ghost, token);

    public Task<Said> Get(string path, string? ghost = null, string? token = null) => CallAsync(HttpMethod.Get, path, null, ghost, token);

    public async Task<string> GhostAsync(string localpart)
    {
        await Post("/_matrix/client/v3/register", new { type = "m.login.application_service", username = localpart, inhibit_login = true });
        return $"@{localpart}:hs.test";
    }

    /// <summary>A room of the bot's in which these ghosts are.</summary>
    public async Task<string> RoomAsync(params string[] ghosts)
    {
        await GhostAsync("bridge");
        var room = (await Post("/_matrix/client/v3/createRoom", new { invite = ghosts })).Text("room_id");
        foreach (var ghost in ghosts)
        {
            await Post($"/_matrix/client/v3/join/{Uri.EscapeDataString(room)}", new { }, ghost);
        }

        return room;
    }

    public Task<Said> SendAsync(string room, string transactionId, string body, string? ghost = null, string query = "") =>
        Put($"/_matrix/client/v3/rooms/{Uri.EscapeDataString(room)}/send/m.room.message/{transactionId}{query}", new { msgtype = "m.text", body }, ghost);

    public async ValueTask DisposeAsync()
    {
        await StopListeningAsync();
        await Homeserver.DisposeAsync();
        _http.Dispose();
    }

    HttpContext IHttpApplication<HttpContext>.CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    void IHttpApplication<HttpContext>.DisposeContext(HttpContext context, Exception? exception)
    {
    }

    async Task IHttpApplication<HttpContext>.ProcessRequestAsync(HttpContext context)
    {
        byte[] body;
        try
        {
            using var read = new MemoryStream();
            await context.Request.Body.CopyToAsync(read, context.RequestAborted);
            body = read.ToArray();
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            context.Abort();
            return;
        }

        lock (_gate)
        {
            _pushed.Add(new Pushed(context.Request.Method, context.Request.Path, context.Request.Headers.Authorization.ToString(), body));
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        context.Response.StatusCode = Status;
        await context.Response.Body.WriteAsync("{}"u8.ToArray());
    }

    private async Task<Said> CallAsync(HttpMethod method, string path, object? body, string? ghost, string? token)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var uri = new Uri(Homeserver.Url, path + (ghost is null ? "" : $"{separator}user_id={Uri.EscapeDataString(ghost)}"));
        using var request = new HttpRequestMessage(method, uri);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Service.AsToken);
        request.Content = body switch
        {
            null => null,
            byte[] bytes => new ByteArrayContent(bytes) { Headers = { ContentType = new("image/png") } },
            _ => new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Said((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Headers.RetryAfter?.Delta, response.Headers.Location);
    }
}

/// <summary>What the homeserver answered.</summary>
internal sealed record Said(int Status, byte[] Body, TimeSpan? RetryAfter, Uri? Location)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public string? Code => Json.TryGetProperty("errcode", out var code) ? code.GetString() : null;
}

/// <summary>What the homeserver pushed.</summary>
internal sealed record Pushed(string Method, string Path, string Authorization, byte[] Body)
{
    public string TransactionId => Path[(Path.LastIndexOf('/') + 1)..];

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public IEnumerable<JsonElement> Events => Body.Length > 0 && Json.TryGetProperty("events", out var events) ? events.EnumerateArray() : [];
}
