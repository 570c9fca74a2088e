using System.Threading.Channels;
using Bridge.Abstractions;

namespace Bridge.Testing.Endpoints;

/// <summary>
/// An endpoint without a network: every answer can be scripted, sends can be held and answered later, and what arrives is what the test says.
/// It keeps the contract (it passes <c>EndpointConformance</c>) as long as the script does.
/// </summary>
public class FakeEndpoint : IEndpoint
{
    private readonly Lock _lock = new();
    private readonly List<Outbound> _sent = [];
    private readonly List<HeldSend> _held = [];
    private readonly Channel<InboundBatch> _inbound = Channel.CreateUnbounded<InboundBatch>();
    private TaskCompletionSource _dropped = NewSource();

    /// <summary>What every address carries, unless <see cref="CapabilitiesFor"/> says otherwise.</summary>
    public EndpointCapabilities Capabilities { get; set; } = new() { Sends = EventFeature.Text | EventFeature.Data, Resend = new ResendClass.Harmless() };

    /// <summary>What one address carries; may throw.</summary>
    public Func<Address, EndpointCapabilities>? CapabilitiesFor { get; set; }

    /// <summary>The answer to a send; may throw. Not asked while <see cref="Holding"/>.</summary>
    public Func<Outbound, SendResult> Answer { get; set; } = _ => new SendResult.Delivered();

    /// <summary>While true, sends wait in <see cref="Held"/> until the test answers them.</summary>
    public bool Holding { get; set; }

    /// <summary>Every send, in the order of the calls.</summary>
    public IReadOnlyList<Outbound> Sent
    {
        get
        {
            lock (_lock)
            {
                return [.. _sent];
            }
        }
    }

    /// <summary>Sends that wait for an answer, in the order of the calls.</summary>
    public IReadOnlyList<HeldSend> Held
    {
        get
        {
            lock (_lock)
            {
                _held.RemoveAll(held => held.IsAnswered);
                return [.. _held];
            }
        }
    }

    public EndpointCapabilities CapabilitiesOf(Address address) => CapabilitiesFor?.Invoke(address) ?? Capabilities;

    public ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _sent.Add(outbound);
            if (Holding)
            {
                var held = new HeldSend(outbound, cancellationToken);
                _held.Add(held);
                return new ValueTask<SendResult>(held.Task);
            }
        }

        return new ValueTask<SendResult>(Answer(outbound));
    }

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        try
        {
            inbox.Connected();
            await PumpAsync(inbox, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping is the one way to return.
        }
    }

    /// <summary>Something arrives on the network; it stays there until an inbox has taken it durably.</summary>
    public void Receives(InboundBatch batch) => _inbound.Writer.TryWrite(batch);

    /// <summary>The connection breaks: the run ends with an exception.</summary>
    public void Drop() => _dropped.TrySetResult();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task PumpAsync(IInbox inbox, CancellationToken stopping)
    {
        while (true)
        {
            var arrived = _inbound.Reader.WaitToReadAsync(stopping).AsTask();
            if (await Task.WhenAny(arrived, _dropped.Task) == _dropped.Task)
            {
                _dropped = NewSource();
                throw new IOException("the connection was dropped");
            }

            await arrived;
            while (_inbound.Reader.TryPeek(out var batch))
            {
                stopping.ThrowIfCancellationRequested();
                await inbox.AcceptAsync(batch);
                _inbound.Reader.TryRead(out _);
            }
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A fake whose network can be asked what was sent.</summary>
public sealed class FindingFakeEndpoint : FakeEndpoint, IFindSent
{
    /// <summary>The answer: ids, none, or null when the network cannot tell.</summary>
    public Func<Outbound, EquatableArray<NativeId>?> Find { get; set; } = _ => null;

    public ValueTask<EquatableArray<NativeId>?> FindSentAsync(Outbound outbound, CancellationToken cancellationToken) => new(Find(outbound));
}

/// <summary>A fake whose sends cost units.</summary>
public sealed class MeasuringFakeEndpoint : FakeEndpoint, IMeasure
{
    public Func<Outbound, int> Units { get; set; } = _ => 1;

    public int UnitsOf(Outbound outbound) => Units(outbound);
}
