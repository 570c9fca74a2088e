using Bridge.Testing.Matrix;
using Bridge.Testing.Mqtt;
using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>The homeserver double, and a workspace whose Matrix endpoint is registered at it as docs/MATRIX.md says.</summary>
internal sealed class MatrixDaemon : IAsyncDisposable
{
    private MatrixDaemon(Workspace workspace, Homeserver homeserver, AppService service) => (Workspace, Homeserver, Service) = (workspace, homeserver, service);

    public Workspace Workspace { get; }

    public Homeserver Homeserver { get; }

    public AppService Service { get; }

    /// <param name="more">Further endpoints, indented by two; and the routes, which may name the rooms <c>ROOM-A</c> and <c>ROOM-B</c> of anna's.</param>
    /// <param name="routes">As above.</param>
    public static async Task<MatrixDaemon> PrepareAsync(string more, string routes)
    {
        var port = MosquittoBroker.FreePort();
        var head = $$"""
            version: 1
            http: { listen: 127.0.0.1:{{MosquittoBroker.FreePort()}} }
            endpoints:
              matrix:
                plugin: matrix
                homeserver: http://127.0.0.1:{{port}}
                server_name: hs.test
                appservice: { file: registration.yaml }

            """ + more;
        var workspace = new Workspace(head);
        await workspace.DoAsync("registration", "matrix");
        var registration = File.ReadLines(Path.Combine(workspace.Folder, "registration.yaml")).Where(line => line.Contains(": '", StringComparison.Ordinal) && line[0] != ' ')
            .Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim('\''));
        var service = new AppService
        {
            Id = registration["id"],
            Url = new Uri(registration["url"]),
            AsToken = registration["as_token"],
            HsToken = registration["hs_token"],
            SenderLocalpart = registration["sender_localpart"],
        };
        var homeserver = await Homeserver.StartAsync(new HomeserverOptions { Port = port }, service);
        var matrix = new MatrixDaemon(workspace, homeserver, service);
        workspace.Config = head + routes.Replace("ROOM-A", matrix.RoomA, StringComparison.Ordinal).Replace("ROOM-B", matrix.RoomB, StringComparison.Ordinal);
        return matrix;
    }

    public MatrixUser Anna => Homeserver.User("anna");

    public string RoomA => field ??= NewRoom();

    public string RoomB => field ??= NewRoom();

    public static async Task UntilAsync(Func<bool> condition, int seconds = 30)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(seconds), "it did not happen in time");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public IReadOnlyList<string> Texts(string room) => [.. Homeserver.MessagesIn(room).Select(said => said.Body!)];

    public async ValueTask DisposeAsync()
    {
        await Homeserver.DisposeAsync();
        Workspace.Dispose();
    }

    private string NewRoom()
    {
        var room = Anna.CreateRoom();
        Anna.Invite(room, "@bridge:hs.test");
        return room;
    }
}
