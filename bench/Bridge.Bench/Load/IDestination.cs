namespace Bridge.Bench.Load;

/// <summary>Where the messages of a chain arrive: on loopback, and entered into its ledger.</summary>
internal interface IDestination : IAsyncDisposable
{
    /// <summary>Known before it was started.</summary>
    int Port { get; }

    /// <summary>Completes when nothing that is sent there is missed.</summary>
    Task StartAsync();
}
