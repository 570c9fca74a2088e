using Bridge.Abstractions;
using Xunit;

namespace Bridge.Testing.Endpoints;

/// <summary>Plays the host for one endpoint under test: runs it, runs it again when it falls, sends, and keeps what it hears and prints.</summary>
internal sealed class ConformanceRun : IAsyncDisposable
{
    private readonly TimeSpan _patience;
    private readonly TimeSpan _backoff;
    private readonly TestState _state = new();
    private readonly RecordingLogger _log = new();
    private CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private int _runs;

    public ConformanceRun(TimeSpan patience, TimeSpan backoff)
    {
        (_patience, _backoff) = (patience, backoff);
        Inbox = new TestInbox(_state);
        Context = new EndpointContext
        {
            Id = new EndpointId("under-test"),
            Logger = _log,
            Clock = TimeProvider.System,
            Random = new Random(1),
            State = _state,
            Window = 100,
            Drops = new Drops(_log),
            Report = _log.Add,
        };
    }

    public EndpointContext Context { get; }

    public EndpointUnderTest Under { get; private set; } = null!;

    public IEndpoint Endpoint => Under.Endpoint;

    public TestInbox Inbox { get; }

    /// <summary>How often the endpoint was run.</summary>
    public int Runs => Volatile.Read(ref _runs);

    /// <summary>Texts and payloads handed over, in order.</summary>
    public IReadOnlyList<string> Heard => [.. Inbox.Accepted.Select(inbound => TextOf(inbound.Event)).OfType<string>()];

    /// <summary>Everything logged, reported and thrown.</summary>
    public string Printed => _log.Everything;

    public async Task BeginAsync(EndpointUnderTest under)
    {
        Under = under;
        Start();
        await ConnectedAsync();
    }

    public void Start()
    {
        _stopping = new CancellationTokenSource();
        Inbox.BeginRun();
        _running = Task.Run(() => RunUntilStoppedAsync(_stopping.Token));
    }

    public Task ConnectedAsync() => UntilAsync(() => Inbox.WhenConnected.IsCompleted);

    /// <summary>False when the endpoint did not return in time.</summary>
    public async Task<bool> StopAsync(TimeSpan within)
    {
        await _stopping.CancelAsync();
        await Task.WhenAny(_running, Task.Delay(within, TimeProvider.System, CancellationToken.None));
        Inbox.EndRun();
        return _running.IsCompleted;
    }

    public Task<SendResult> Send(string text, int number)
    {
        var carriesText = (Endpoint.CapabilitiesOf(Under.Destination).Sends & (EventFeature.Text | EventFeature.Data)) != EventFeature.None;
        Assert.True(carriesText, "an endpoint that carries neither text nor data has nothing to show here");
        return Send(MessagePosted.Of(text), number);
    }

    public async Task<SendResult> Send(BridgeEvent content, int number)
    {
        var outbound = new Outbound
        {
            Key = new DeliveryKey($"key{number:d19}"),
            Event = EventId.New(TimeProvider.System),
            To = Under.Destination,
            Content = content,
            OccurredAt = TimeProvider.System.GetUtcNow(),
        };
        try
        {
            return await Endpoint.SendAsync(outbound, CancellationToken.None).AsTask().WaitAsync(_patience, TimeProvider.System);
        }
        catch (Exception failure)
        {
            _log.Add(failure.ToString());
            return new SendResult.Uncertain(failure.GetType().Name);
        }
    }

    public Task ArrivesThereAsync(string text) => UntilAsync(() => Under.Transmitted.Contains(text));

    public async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < _patience, "it did not happen in time; printed so far:\n" + Printed);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Does what may fail without that being the point.</summary>
    public async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception failure)
        {
            _log.Add(failure.ToString());
        }
    }

    /// <summary>Gives something that must not happen a moment to happen.</summary>
    public static Task QuietAsync() => Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (Under is not null)
        {
            await StopAsync(TimeSpan.FromSeconds(5));
            await Endpoint.DisposeAsync();
            await Under.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private async Task RunUntilStoppedAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Inbox.BeginRun();
            Interlocked.Increment(ref _runs); // whoever sees the new run does not see the old one's connection
            try
            {
                await Endpoint.RunAsync(Inbox, stopping);
            }
            catch (Exception failure)
            {
                // The host would show its message and try again.
                _log.Add(failure.ToString());
            }

            await Task.Delay(_backoff, TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string? TextOf(BridgeEvent content) => content switch
    {
        MessagePosted posted => string.Concat(posted.Parts.OfType<TextPart>().Select(part => part.Text.Value)),
        DataReported data => System.Text.Encoding.UTF8.GetString(data.Payload.Bytes.Span),
        _ => null,
    };

    private sealed class Drops(RecordingLogger log) : IDropCounter
    {
        public void Dropped(string reason, int count = 1) => log.Add(reason);
    }
}
