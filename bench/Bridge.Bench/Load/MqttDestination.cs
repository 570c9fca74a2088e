using Bridge.Bench.Peers;

namespace Bridge.Bench.Load;

/// <summary>A Mosquitto and a subscriber.</summary>
internal sealed class MqttDestination(string folder, Ledger ledger) : IDestination
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Mosquitto _broker = new(folder, "b");
    private Task _sinking = Task.CompletedTask;

    public int Port => _broker.Port;

    public async Task StartAsync()
    {
        await _broker.StartAsync();
        var sink = new Sink(ledger, _broker.Port, "sink");
        _sinking = Task.Factory.StartNew(() => sink.Run(_stop.Token), TaskCreationOptions.LongRunning);
        await sink.Subscribed;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sinking;
        _broker.Dispose();
        _stop.Dispose();
    }
}
