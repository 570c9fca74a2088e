using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Bridge.Host.Tests.Synapse;

/// <summary>A person at a real homeserver, with the client-server API and nothing else.</summary>
internal sealed class SynapseUser : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;
    private int _asked;
    private int _said;

    private SynapseUser(HttpClient http, string id, string token) => (_http, Id, AccessToken) = (http, id, token);

    public string Id { get; }

    public string AccessToken { get; }

    public static async Task<SynapseUser> RegisterAsync(Uri homeserver, string name)
    {
        var http = new HttpClient { BaseAddress = homeserver };
        var wanted = new { username = name, password = "a long password", auth = new { type = "m.login.dummy" } };
        using var answer = await http.PostAsJsonAsync("/_matrix/client/v3/register", wanted);
        var made = await ReadAsync(answer);
        var token = made.GetProperty("access_token").GetString()!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new SynapseUser(http, made.GetProperty("user_id").GetString()!, token);
    }

    public async Task<string> CreateRoomAsync(string name, params string[] invite) =>
        (await PostAsync("createRoom", new { preset = "private_chat", name, invite })).GetProperty("room_id").GetString()!;

    /// <summary>A direct chat, as Element makes it.</summary>
    public async Task<string> StartChatAsync(string with) =>
        (await PostAsync("createRoom", new { preset = "trusted_private_chat", is_direct = true, invite = new[] { with } })).GetProperty("room_id").GetString()!;

    public Task<string> SayAsync(string room, string text) => SendAsync(room, "m.room.message", new { msgtype = "m.text", body = text });

    public Task<string> EditAsync(string room, string target, string text) => SendAsync(room, "m.room.message", new Dictionary<string, object>
    {
        ["msgtype"] = "m.text", ["body"] = "* " + text, ["m.new_content"] = new { msgtype = "m.text", body = text },
        ["m.relates_to"] = new { rel_type = "m.replace", event_id = target },
    });

    public Task<string> ReactAsync(string room, string target, string key) =>
        SendAsync(room, "m.reaction", new Dictionary<string, object> { ["m.relates_to"] = new { rel_type = "m.annotation", event_id = target, key } });

    public async Task<string> SendAsync(string room, string type, object content) =>
        (await PutAsync($"rooms/{E(room)}/send/{type}/said{++_said}", content)).GetProperty("event_id").GetString()!;

    public Task RedactAsync(string room, string target) => PutAsync($"rooms/{E(room)}/redact/{E(target)}/said{++_said}", new { });

    public Task JoinAsync(string room) => PostAsync($"join/{E(room)}", new { });

    /// <summary>Gives the id of the new room. Synapse itself moves aliases and invites nobody.</summary>
    public async Task<string> UpgradeAsync(string room, string version) =>
        (await PostAsync($"rooms/{E(room)}/upgrade", new { new_version = version })).GetProperty("replacement_room").GetString()!;

    public Task InviteAsync(string room, string userId) => PostAsync($"rooms/{E(room)}/invite", new { user_id = userId });

    public async Task<string> UploadAsync(byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var answer = await _http.PostAsync(new Uri("/_matrix/media/v3/upload?filename=big.png", UriKind.Relative), content);
        return (await ReadAsync(answer)).GetProperty("content_uri").GetString()!;
    }

    public Task<byte[]> DownloadAsync(string address) =>
        _http.GetByteArrayAsync(new Uri($"/_matrix/client/v1/media/download/{address["mxc://".Length..]}", UriKind.Relative));

    /// <summary>The rooms this person is invited to, with their names.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> InvitationsAsync()
    {
        // Synapse answers the same question from memory for two minutes.
        var answer = await GetAsync($"sync?timeout={Interlocked.Increment(ref _asked)}");
        return answer.TryGetProperty("rooms", out var rooms) && rooms.TryGetProperty("invite", out var invited)
            ? invited.EnumerateObject().ToDictionary(room => room.Name, room => NameIn(room.Value.GetProperty("invite_state").GetProperty("events")))
            : new Dictionary<string, string?>();
    }

    public async Task<bool> IsInAsync(string room, string userId) =>
        (await GetAsync($"rooms/{E(room)}/joined_members")).GetProperty("joined").TryGetProperty(userId, out _);

    /// <summary>What was said and done in a room, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> EventsAsync(string room) =>
        [.. (await GetAsync($"rooms/{E(room)}/messages?dir=b&limit=500")).GetProperty("chunk").EnumerateArray().Reverse()];

    /// <summary>The first event in a room that is as wanted, which may be still to come.</summary>
    public async Task<JsonElement> SeesAsync(string room, Func<JsonElement, bool> wanted, string what)
    {
        JsonElement? found = null;
        await UntilAsync(
            async () =>
            {
                var events = await EventsAsync(room);
                found = events.Where(wanted).Select(value => (JsonElement?)value).FirstOrDefault();
                return found is not null;
            },
            what);
        return found!.Value;
    }

    public Task<JsonElement> SeesAsync(string room, string text) => SeesAsync(room, value => BodyOf(value) == text, text);

    public static string? BodyOf(JsonElement value) => value.GetProperty("content").TryGetProperty("body", out var body) ? body.GetString() : null;

    public static string IdOf(JsonElement value) => value.GetProperty("event_id").GetString()!;

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < s_patience, "not so in time: " + what);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private static string? NameIn(JsonElement state) => state.EnumerateArray().Where(value => value.GetProperty("type").GetString() == "m.room.name")
        .Select(value => value.GetProperty("content").GetProperty("name").GetString()).FirstOrDefault();

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(UriOf(path));
        return await ReadAsync(answer);
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(UriOf(path), body);
        return await ReadAsync(answer);
    }

    private async Task<JsonElement> PutAsync(string path, object body)
    {
        using var answer = await _http.PutAsJsonAsync(UriOf(path), body);
        return await ReadAsync(answer);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri!.AbsolutePath}: {(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static Uri UriOf(string path) => new("/_matrix/client/v3/" + path, UriKind.Relative);

    private static string E(string segment) => Uri.EscapeDataString(segment);
}
