using System.Globalization;
using System.Reflection;
using Bridge.Abstractions;
using Bridge.Plugin.Mqtt.Protocol;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>
/// What the broker says of itself under <c>$SYS/broker</c>, with Mosquitto's names: to those who subscribe, and to routes that name it. Never stored.
/// Called with the lock held.
/// </summary>
internal sealed class SystemTopics
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);
    private static readonly string s_version =
        typeof(SystemTopics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private readonly BrokerState _state;
    private readonly Distributor _distributor;
    private readonly long _started;
    private readonly LoadAverage[] _loads;
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);
    private long _refreshed;
    private int _mostConnected;

    public SystemTopics(BrokerState state, Distributor distributor)
    {
        (_state, _distributor) = (state, distributor);
        _started = _refreshed = state.Context.Clock.GetTimestamp();
        var figures = state.Figures;
        _loads =
        [
            new("messages/received", figures.PacketsReceived), new("messages/sent", figures.PacketsSent),
            new("publish/received", figures.PublishesReceived), new("publish/sent", figures.PublishesSent),
            new("publish/dropped", figures.PublishesDropped),
            new("bytes/received", figures.BytesReceived), new("bytes/sent", figures.BytesSent),
            new("sockets", figures.Sockets), new("connections", figures.Connects),
        ];
        Read();
    }

    /// <summary>Every ten seconds: what has changed is published.</summary>
    public void Refresh(Batch batch)
    {
        var elapsed = _state.Context.Clock.GetElapsedTime(_refreshed);
        if (elapsed < s_interval)
        {
            return;
        }

        _refreshed = _state.Context.Clock.GetTimestamp();
        foreach (var load in _loads)
        {
            load.Update(elapsed);
        }

        foreach (var topic in Read())
        {
            _distributor.PublishOwn(MessageOf(topic), batch);
        }
    }

    /// <summary>As they are now, for a new subscription.</summary>
    public IEnumerable<ApplicationMessage> Matching(string filter)
    {
        if (!filter.StartsWith(Figures.Root, StringComparison.Ordinal))
        {
            return [];
        }

        Read();
        return [.. _values.Keys.Where(topic => Topic.Matches(filter, topic)).Select(MessageOf)];
    }

    private ApplicationMessage MessageOf(string topic) => new() { Topic = topic, Payload = Payload.FromText(_values[topic]), QoS = QoS.AtMostOnce };

    /// <summary>Takes the present values; gives the topics of those that differ.</summary>
    private List<string> Read()
    {
        var changed = new List<string>();
        foreach (var (name, value) in Present())
        {
            var topic = Figures.Root + "broker/" + name;
            if (!_values.TryGetValue(topic, out var before) || before != value)
            {
                _values[topic] = value;
                changed.Add(topic);
            }
        }

        return changed;
    }

    private IEnumerable<(string Name, string Value)> Present()
    {
        var connected = _state.Sessions.Connected;
        _mostConnected = Math.Max(_mostConnected, connected);
        var figures = _state.Figures;
        yield return ("version", $"Bridge {s_version}");
        yield return ("uptime", $"{(long)_state.Context.Clock.GetElapsedTime(_started).TotalSeconds} seconds");
        (string, long)[] counts =
        [
            ("clients/connected", connected), ("clients/active", connected), ("clients/disconnected", _state.Sessions.Count - connected),
            ("clients/inactive", _state.Sessions.Count - connected), ("clients/total", _state.Sessions.Count),
            ("clients/maximum", _mostConnected), ("clients/expired", figures.Expired.Value),
            ("messages/received", figures.PacketsReceived.Value), ("messages/sent", figures.PacketsSent.Value),
            ("bytes/received", figures.BytesReceived.Value), ("bytes/sent", figures.BytesSent.Value),
            ("publish/messages/received", figures.PublishesReceived.Value), ("publish/messages/sent", figures.PublishesSent.Value),
            ("publish/messages/dropped", figures.PublishesDropped.Value),
            ("publish/bytes/received", figures.PayloadReceived.Value), ("publish/bytes/sent", figures.PayloadSent.Value),
            ("retained messages/count", _state.Retained.Count), ("subscriptions/count", _state.Subscriptions.Count),
            ("shared_subscriptions/count", _state.Subscriptions.SharedCount),
            ("store/messages/count", _state.Sessions.Values.Sum(session => (long)session.Outgoing.Waiting) + _state.Retained.Count),
        ];
        foreach (var (name, count) in counts)
        {
            yield return (name, count.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (name, value) in _loads.SelectMany(load => load.Values))
        {
            yield return ("load/" + name, value.ToString("0.00", CultureInfo.InvariantCulture));
        }
    }
}
