using Bridge.Abstractions;
using Bridge.Plugin.Matrix;
using Bridge.Plugins.Tests.Mqtt;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Matrix;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>The homeserver double and the endpoint as its application service, with a host around it that runs it again when it falls.</summary>
internal sealed class RunningMatrix : IAsyncDisposable
{
    public const string Server = "hs.test";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly EndpointFront _front;
    private readonly MatrixOptions _options;
    private readonly IReadOnlyList<string> _interests;
    private readonly TimeProvider _clock;
    private CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private int _keys;

    private RunningMatrix(Homeserver homeserver, AppService service, EndpointFront front, MatrixOptions options, IReadOnlyList<string> interests, TimeProvider clock)
    {
        (Homeserver, Service, _front, _options, _interests, _clock) = (homeserver, service, front, options, interests, clock);
        Endpoint = Create();
    }

    public Homeserver Homeserver { get; }

    public AppService Service { get; }

    public HostMemory Memory { get; } = new();

    public MemoryBlobs Blobs { get; } = new();

    public MatrixEndpoint Endpoint { get; private set; }

    public List<Exception> Failures { get; } = [];

    public List<string> Reports { get; } = [];

    /// <summary>What the endpoint said of itself; null: all is well.</summary>
    public List<string?> Impairments { get; } = [];

    public int Connections { get; private set; }

    public static async Task<RunningMatrix> StartAsync(Func<MatrixOptions, MatrixOptions>? change = null, AppService? service = null, HomeserverOptions? server = null, params IReadOnlyList<string> interests)
    {
        var running = await PrepareAsync(change, service, server, interests);
        await running.ConnectAsync();
        return running;
    }

    /// <summary>With this clock.</summary>
    public static async Task<RunningMatrix> StartAsync(TimeProvider clock)
    {
        var running = await PrepareAsync(clock: clock);
        await running.ConnectAsync();
        return running;
    }

    /// <summary>Not yet running.</summary>
    /// <param name="clock">The endpoint's.</param>
    public static async Task<RunningMatrix> PrepareAsync(
        Func<MatrixOptions, MatrixOptions>? change = null, AppService? service = null, HomeserverOptions? server = null, IReadOnlyList<string>? interests = null,
        TimeProvider? clock = null)
    {
        var front = await EndpointFront.StartAsync();
        service ??= new AppService();
        service.Url = front.Url;
        var homeserver = await Homeserver.StartAsync(server, service);
        var options = new MatrixOptions
        {
            Homeserver = homeserver.Url,
            SelfTest = TimeSpan.Zero,
            Appservice = new AppserviceOptions { Id = service.Id, AsToken = new Secret(service.AsToken), HsToken = new Secret(service.HsToken) },
        };
        return new RunningMatrix(homeserver, service, front, change?.Invoke(options) ?? options, interests ?? [], clock ?? TimeProvider.System);
    }

    public async Task ConnectAsync()
    {
        var before = Connections;
        Start();
        await UntilAsync(() => Connections > before);
    }

    public void Start()
    {
        _front.Endpoint = Endpoint;
        _stopping = new CancellationTokenSource();
        _running = Task.Run(RunAgainAndAgainAsync);
    }

    /// <summary>As a new process would over the same store.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await Endpoint.DisposeAsync();
        Endpoint = Create();
        await ConnectAsync();
    }

    public async Task StopAsync()
    {
        _front.Endpoint = null;
        await _stopping.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(6));
    }

    public static Address At(string rest) => new(new EndpointId("matrix"), rest);

    /// <summary>Somebody on another network says something; without a sender Bridge itself does.</summary>
    public Outbound From(string room, BridgeEvent content, string? sender = "+491700001", string? name = "Al", string? key = null) => new()
    {
        Key = new DeliveryKey(key ?? $"key{Interlocked.Increment(ref _keys):d19}"),
        Event = EventId.New(TimeProvider.System),
        To = At(room),
        Content = content,
        OccurredAt = TimeProvider.System.GetUtcNow(),
        Source = new Address(new EndpointId("modem"), "+491700001"),
        Sender = sender is null ? null : new Sender(sender, name),
    };

    public Outbound From(string room, string text, string? sender = "+491700001", string? name = "Al", string? key = null) =>
        From(room, MessagePosted.Of(text), sender, name, key);

    public async Task<SendResult> Send(Outbound outbound) => await Endpoint.SendAsync(outbound, TestContext.Current.CancellationToken);

    /// <summary>The id of what was delivered.</summary>
    public async Task<NativeId> Delivered(Outbound outbound) => Assert.IsType<SendResult.Delivered>(await Send(outbound)).Ids[0];

    /// <summary>A room of a user's in which the bot is.</summary>
    public static string RoomOf(MatrixUser user, string? alias = null) => user.CreateRoom(isPublic: true, alias: alias);

    public IReadOnlyList<Inbound> Heard => Memory.Snapshot(events => events.ToList());

    public IReadOnlyList<string> HeardTexts => [.. Heard.Select(inbound => inbound.Event).OfType<MessagePosted>().SelectMany(posted => posted.Parts).OfType<TextPart>().Select(part => part.Text.Value)];

    public async Task<Inbound> HeardAsync(Func<Inbound, bool> wanted)
    {
        await UntilAsync(() => Heard.Any(wanted));
        return Heard.First(wanted);
    }

    public async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < s_patience, "it did not happen in time; failures: " + string.Join("; ", Failures.Select(failure => failure.Message)));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Endpoint.DisposeAsync();
        await Homeserver.DisposeAsync();
        await _front.DisposeAsync();
        _stopping.Dispose();
    }

    private MatrixEndpoint Create() => new(
        new EndpointContext
        {
            Id = new EndpointId("matrix"),
            Logger = NullLogger.Instance,
            Clock = _clock,
            Random = new Random(1),
            State = Memory,
            Blobs = Blobs,
            Window = 100,
            Drops = Memory,
            Report = Reports.Add,
            Interests = _interests,
        },
        _options);

    private async Task RunAgainAndAgainAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await Endpoint.RunAsync(new Inbox(this), _stopping.Token);
            }
            catch (Exception failure)
            {
                Failures.Add(failure);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private sealed class Inbox(RunningMatrix owner) : IInbox
    {
        public void Connected() => owner.Connections++;

        public void Impaired(string? why) => owner.Impairments.Add(why);

        public ValueTask AcceptAsync(InboundBatch batch) => new(owner.Memory.CommitAsync(batch));
    }
}
