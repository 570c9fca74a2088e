namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>How much of something happens in a minute: averages that forget within 1, 5 and 15 minutes, as Mosquitto computes them.</summary>
internal sealed class LoadAverage(string name, Figures.Counter counter)
{
    private static readonly int[] s_minutes = [1, 5, 15];

    private readonly double[] _averages = new double[s_minutes.Length];
    private long _before;

    public IEnumerable<(string Name, double Value)> Values => s_minutes.Select((minutes, i) => ($"{name}/{minutes}min", _averages[i]));

    public void Update(TimeSpan elapsed)
    {
        var now = counter.Value;
        var perMinute = (now - _before) / elapsed.TotalMinutes;
        _before = now;
        for (var i = 0; i < s_minutes.Length; i++)
        {
            var kept = Math.Exp(-elapsed.TotalMinutes / s_minutes[i]);
            _averages[i] = perMinute + (kept * (_averages[i] - perMinute));
        }
    }
}
