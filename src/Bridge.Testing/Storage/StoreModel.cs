using Bridge.Core.Storage;
using Xunit;
using static Bridge.Testing.Storage.SampleRows;

namespace Bridge.Testing.Storage;

/// <summary>The plainest store there is: lists, and no thought of speed. Makes random commits, and knows what must be there after them.</summary>
internal sealed class StoreModel(Random random)
{
    private const int Lanes = 3;
    private const int Indices = 12;
    private readonly List<EnvelopeRow> _events = [];
    private readonly List<DeliveryRow> _deliveries = [];
    private readonly List<NativeClaim> _natives = [];
    private readonly Dictionary<(string Scope, BlindIndex Key), byte[]> _state = [];
    private long _sequence;
    private long _delivery;

    public StoreChange[] NextCommit() => [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Next())];

    public bool Accepts(StoreChange[] changes)
    {
        var events = _events.Concat(changes.OfType<StoreChange.AddEvent>().Select(change => change.Row)).DistinctBy(row => row.Id).Select(row => row.Sequence);
        var deliveries = _deliveries.Select(row => row.Id.Value).Concat(changes.OfType<StoreChange.AddDelivery>().Select(change => change.Row.Id.Value));
        return events.GroupBy(number => number).All(group => group.Count() == 1) && deliveries.GroupBy(number => number).All(group => group.Count() == 1);
    }

    public void Apply(StoreChange[] changes)
    {
        foreach (var change in changes)
        {
            Apply(change);
        }
    }

    public async Task CheckAsync(IStore store, CancellationToken ct)
    {
        Assert.Equal(
            new StoreHead(_events.Select(row => row.Sequence).DefaultIfEmpty().Max(), new DeliveryId(_deliveries.Select(row => row.Id.Value).DefaultIfEmpty().Max())),
            await store.HeadAsync(ct));
        foreach (var row in _events)
        {
            Assert.Equal(Show(row), Show(await store.FindEventAsync(row.Id, ct)));
            Assert.Equal(Show(_deliveries.Where(delivery => delivery.Event == row.Id).OrderBy(delivery => delivery.Id)), Show(await store.DeliveriesOfAsync(row.Id, ct)));
        }

        await CheckDeliveriesAsync(store, ct);
        foreach (var claim in _natives)
        {
            Assert.Equal(claim, await store.FindNativeAsync(claim.Id, ct));
        }

        for (var key = 0; key < Indices; key++)
        {
            foreach (var scope in (string[])["a", "b"])
            {
                Assert.Equal(_state.GetValueOrDefault((scope, new BlindIndex((UInt128)key))), await store.FindStateAsync(scope, new BlindIndex((UInt128)key), ct));
            }
        }
    }

    private async Task CheckDeliveriesAsync(IStore store, CancellationToken ct)
    {
        var open = _deliveries.Where(row => row.State < DeliveryState.Sent).OrderBy(row => row.Id).ToList();
        Assert.Equal(open.Select(row => row.Lane).ToHashSet(), (await store.OpenLanesAsync(ct)).ToHashSet());
        foreach (var lane in open.Select(row => row.Lane).Distinct())
        {
            var after = new DeliveryId(random.NextInt64(_delivery));
            var limit = random.Next(1, 20);
            Assert.Equal(
                Show(open.Where(row => row.Lane == lane && row.Id > after).Take(limit)), Show(await store.OpenInLaneAsync(lane, after, limit, ct)));
        }

        var counts = await store.CountDeliveriesAsync(ct);
        foreach (var state in Enum.GetValues<DeliveryState>())
        {
            var inState = _deliveries.Where(row => row.State == state).OrderByDescending(row => row.Id).ToList();
            Assert.Equal(inState.Count, counts.GetValueOrDefault(state));
            Assert.Equal(Show(inState.Take(7)), Show(await store.ListDeliveriesAsync(state, 7, ct)));
        }
    }

    private StoreChange Next() => random.Next(10) switch
    {
        0 or 1 => new StoreChange.AddEvent(NextEvent()),
        2 or 3 => new StoreChange.AddDelivery(
            Delivery(NextNumber(ref _delivery), random.NextInt64(1, _sequence + 2), Lane(random.Next(Lanes), random.Next(2) == 0), AnyState())),
        4 or 5 => new StoreChange.MoveDelivery(
            new DeliveryId(random.NextInt64(1, _delivery + 3)), AnyState(), random.Next(9),
            random.Next(2) == 0 ? null : new DateTimeOffset(2026, 1, 1, 0, 0, random.Next(60), TimeSpan.Zero),
            random.Next(2) == 0 ? null : Bytes(random.Next(), random.Next(50))),
        6 => new StoreChange.ClaimNative(new NativeClaim(
            AnyIndex(), EventId(random.Next(1, 99)), random.Next(2) == 0 ? null : new DeliveryId(random.Next(1, 99)), random.Next(3))),
        7 => new StoreChange.PutState(AnyScope(), AnyIndex(), Bytes(random.Next(), random.Next(100))),
        8 => new StoreChange.PutDecision(EventId(random.NextInt64(1, _sequence + 3)), Bytes(random.Next(), random.Next(50))),
        _ => new StoreChange.RemoveState(AnyScope(), AnyIndex()),
    };

    private EnvelopeRow NextEvent()
    {
        var row = Event(++_sequence, random.Next(20) == 0 ? 70_000 : random.Next(500));
        var earlier = random.NextInt64(1, _sequence + 1);
        return random.Next(40) switch
        {
            0 => row with { Sequence = earlier },
            1 => row with { Id = EventId(earlier) },
            _ => row,
        };
    }

    // Now and then a number that was used: a commit that must fail whole.
    private long NextNumber(ref long last) => last > 0 && random.Next(40) == 0 ? random.NextInt64(1, last + 1) : ++last;

    private DeliveryState AnyState() => random.GetItems(Enum.GetValues<DeliveryState>(), 1)[0];

    private BlindIndex AnyIndex() => new((UInt128)random.Next(Indices));

    private string AnyScope() => random.Next(2) == 0 ? "a" : "b";

    private void Apply(StoreChange change)
    {
        switch (change)
        {
            case StoreChange.AddEvent(var row) when _events.TrueForAll(old => old.Id != row.Id):
                _events.Add(row);
                break;
            case StoreChange.PutDecision(var id, var decision) when _events.FindIndex(row => row.Id == id) is >= 0 and var at:
                _events[at] = _events[at] with { Decision = decision };
                break;
            case StoreChange.AddDelivery(var row):
                _deliveries.Add(row);
                break;
            case StoreChange.MoveDelivery(var id, var state, var attempts, var notBefore, var progress)
                when _deliveries.FindIndex(row => row.Id == id) is >= 0 and var at:
                var old = _deliveries[at];
                _deliveries[at] = old with { State = state, Attempts = attempts, NotBefore = notBefore, Progress = progress ?? old.Progress };
                break;
            case StoreChange.ClaimNative(var claim) when _natives.TrueForAll(old => old.Id != claim.Id):
                _natives.Add(claim);
                break;
            case StoreChange.PutState(var scope, var key, var value):
                _state[(scope, key)] = value;
                break;
            case StoreChange.RemoveState(var scope, var key):
                _state.Remove((scope, key));
                break;
        }
    }
}
