namespace Bridge.Plugin.Mqtt.Client;

/// <summary>
/// Notices a broker that closes one connection after the other soon and without a reason. In 3.1.1 that is all a client learns of another one with
/// its client id: each throws the other out when it comes back.
/// </summary>
internal sealed class SilentCloses(TimeProvider clock)
{
    // As long as a client waits at most before it comes back.
    private static readonly TimeSpan s_soon = TimeSpan.FromMinutes(1);

    private long _openedAt;
    private int _inARow;

    public void Opened() => _openedAt = clock.GetTimestamp();

    /// <summary>The failure itself, or from the second close in a row on, one with a hint.</summary>
    public MqttConnectionException Explain(MqttConnectionException failure)
    {
        _inARow = failure.IsSilentClose && clock.GetElapsedTime(_openedAt) < s_soon ? _inARow + 1 : 0;
        return _inARow < 2
            ? failure
            : new($"{failure.Message} again; another client may use the same client id: give each one its own (option session.client_id)", failure);
    }
}
