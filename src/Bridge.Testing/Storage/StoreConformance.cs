using Bridge.Core.Storage;
using Xunit;
using static Bridge.Testing.Storage.SampleRows;

namespace Bridge.Testing.Storage;

/// <summary>What every store must do. Derive, open your store, inherit the tests.</summary>
public abstract class StoreConformance : IAsyncLifetime
{
    /// <summary>The store under test, open.</summary>
    protected IStore Store { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Opens the store: empty at first; later, after the former one was disposed, with what that one held.</summary>
    protected abstract ValueTask<IStore> OpenAsync();

    public virtual async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the store and opens it again.</summary>
    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenAsync();
    }

    private Task Commit(params StoreChange[] changes) => Store.CommitAsync(changes, Ct).AsTask();

    private static StoreChange.AddEvent Add(EnvelopeRow row) => new StoreChange.AddEvent(row);

    private static StoreChange.AddDelivery Add(DeliveryRow row) => new StoreChange.AddDelivery(row);

    private static StoreChange.MoveDelivery Move(long id, DeliveryState state, byte[]? progress = null, int attempts = 1) =>
        new StoreChange.MoveDelivery(new DeliveryId(id), state, attempts, null, progress);

    [Fact]
    public async Task An_empty_store_has_nothing()
    {
        Assert.Equal(default, await Store.HeadAsync(Ct));
        Assert.Null(await Store.FindEventAsync(EventId(1), Ct));
        Assert.Null(await Store.FindDeliveryAsync(new DeliveryId(1), Ct));
        Assert.Null(await Store.FindNativeAsync(new BlindIndex(1), Ct));
        Assert.Null(await Store.FindStateAsync("s", new BlindIndex(1), Ct));
        Assert.Empty(await Store.OpenLanesAsync(Ct));
        Assert.Empty(await Store.OpenByEndpointAsync(Ct));
        Assert.Empty(await Store.CountDeliveriesAsync(Ct));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(64 * 1024)]
    [InlineData(64 * 1024 + 1)]
    [InlineData(3_000_000)]
    public async Task An_event_of_any_size_is_found_as_it_was_committed(int length)
    {
        await Commit(Add(Event(5, length)));
        Assert.Equal(Show(Event(5, length)), Show(await Store.FindEventAsync(EventId(5), Ct)));
        await ReopenAsync();
        Assert.Equal(Show(Event(5, length)), Show(await Store.FindEventAsync(EventId(5), Ct)));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(100_000)]
    public async Task An_event_that_comes_again_under_its_id_stays_as_it_was_and_its_new_deliveries_are_owed(int length)
    {
        await Commit(Add(Event(5, length)), Add(Delivery(1, 5, Lane(1))));
        await Commit(Add(Event(5, length) with { Sequence = 6, Kind = "again" }), Add(Delivery(2, 5, Lane(1))));
        Assert.Equal(Show(Event(5, length)), Show(await Store.FindEventAsync(EventId(5), Ct)));
        Assert.Equal([1, 2], (await Store.DeliveriesOfAsync(EventId(5), Ct)).Select(row => row.Id.Value));
    }

    [Fact]
    public async Task A_later_decision_takes_the_place_of_the_first_and_nothing_else_changes()
    {
        await Commit(Add(Event(5)), Add(Event(6, 100_000)));
        await Commit(new StoreChange.PutDecision(EventId(5), [1, 2]), new StoreChange.PutDecision(EventId(6), [3]), new StoreChange.PutDecision(EventId(7), [4]));
        Assert.Equal(Show(Event(5) with { Decision = [1, 2] }), Show(await Store.FindEventAsync(EventId(5), Ct)));
        Assert.Equal(Show(Event(6, 100_000) with { Decision = [3] }), Show(await Store.FindEventAsync(EventId(6), Ct)));
        Assert.Null(await Store.FindEventAsync(EventId(7), Ct));
    }

    [Fact]
    public async Task Events_are_found_by_a_range_of_ids_in_order()
    {
        await Commit([.. Enumerable.Range(1, 20).Select(number => Add(Event(number)))]);
        Assert.Equal([EventId(3), EventId(4), EventId(5)], await Store.EventsBetweenAsync(EventId(3), EventId(5), 10, Ct));
        Assert.Equal([EventId(3), EventId(4)], await Store.EventsBetweenAsync(EventId(3), EventId(9), 2, Ct));
        Assert.Empty(await Store.EventsBetweenAsync(EventId(21), EventId(99), 10, Ct));
    }

    [Fact]
    public async Task Numbers_go_on_where_they_stopped()
    {
        await Commit(Add(Event(41)), Add(Delivery(77, 41, Lane(1))), Add(Delivery(78, 41, Lane(2))));
        await ReopenAsync();
        Assert.Equal(new StoreHead(41, new DeliveryId(78)), await Store.HeadAsync(Ct));
    }

    [Fact]
    public async Task A_failed_commit_stores_nothing_and_the_next_one_works()
    {
        await Commit(Add(Event(1)), Add(Delivery(1, 1, Lane(1))));
        await Assert.ThrowsAsync<StoreException>(() => Commit(
            Add(Event(2)), Add(Event(3, 100_000)), Add(Delivery(2, 2, Lane(1))), Move(1, DeliveryState.Failed), new StoreChange.PutState("s", new BlindIndex(1), [1]),
            new StoreChange.ClaimNative(new NativeClaim(new BlindIndex(1), EventId(2), null, 0)), Add(Event(4) with { Sequence = 1 })));
        Assert.Null(await Store.FindEventAsync(EventId(2), Ct));
        Assert.Null(await Store.FindEventAsync(EventId(3), Ct));
        Assert.Null(await Store.FindDeliveryAsync(new DeliveryId(2), Ct));
        Assert.Null(await Store.FindStateAsync("s", new BlindIndex(1), Ct));
        Assert.Null(await Store.FindNativeAsync(new BlindIndex(1), Ct));
        Assert.Equal(1, (await Store.CountDeliveriesAsync(Ct))[DeliveryState.Pending]);
        await Commit(Add(Event(2)), Add(Event(3, 100_000)), Add(Delivery(2, 2, Lane(1))));
        Assert.Equal(Show(Event(3, 100_000)), Show(await Store.FindEventAsync(EventId(3), Ct)));
        Assert.Equal(2, (await Store.CountDeliveriesAsync(Ct))[DeliveryState.Pending]);
    }

    [Fact]
    public async Task A_lane_gives_its_open_deliveries_in_order_after_an_id()
    {
        await Commit(Add(Event(1)));
        for (var id = 1; id <= 20; id++)
        {
            await Commit(Add(Delivery(id, 1, Lane(id % 2))), Add(Delivery(100 + id, 1, Lane(id % 2, critical: true))));
        }

        await Commit(Move(4, DeliveryState.Sent), Move(6, DeliveryState.HandingOver), Move(8, DeliveryState.Parked), Move(10, DeliveryState.Failed));
        Assert.Equal("2 6 8 12 14", await Open(Lane(0), 0, 5));
        Assert.Equal("14 16 18 20", await Open(Lane(0), 12, 100));
        Assert.Equal("102 104", await Open(Lane(0, critical: true), 0, 2));
        Assert.Equal("", await Open(Lane(7), 0, 100));
        Assert.Equal(4, (await Store.OpenLanesAsync(Ct)).Distinct().Count());
        var open = (await Store.OpenByEndpointAsync(Ct)).ToDictionary(at => at.Endpoint);
        Assert.Equal(2, open.Count);
        Assert.Equal(new OpenDeliveries(Lane(0).Endpoint, 2, 18, Delivery(2, 1, Lane(0)).CreatedAt), open[Lane(0).Endpoint]);
        Assert.Equal(new OpenDeliveries(Lane(1).Endpoint, 2, 20, Delivery(1, 1, Lane(1)).CreatedAt), open[Lane(1).Endpoint]);

        async Task<string> Open(LaneId lane, long after, int limit) =>
            string.Join(' ', (await Store.OpenInLaneAsync(lane, new DeliveryId(after), limit, Ct)).Select(row => row.Id));
    }

    [Fact]
    public async Task A_delivery_moves_and_keeps_its_progress_until_it_gets_another()
    {
        await Commit(Add(Event(1)), Add(Delivery(1, 1, Lane(1))));
        var later = new DateTimeOffset(2027, 1, 2, 3, 4, 5, TimeSpan.Zero);
        await Commit(new StoreChange.MoveDelivery(new DeliveryId(1), DeliveryState.Pending, 3, later, [1, 2]));
        await Commit(new StoreChange.MoveDelivery(new DeliveryId(1), DeliveryState.Uncertain, 4, null, null));
        var moved = Delivery(1, 1, Lane(1)) with { State = DeliveryState.Uncertain, Attempts = 4, Progress = [1, 2] };
        Assert.Equal(Show(moved), Show(await Store.FindDeliveryAsync(new DeliveryId(1), Ct)));
        await Commit(Move(1, DeliveryState.Pending, [3], attempts: 5));
        Assert.Equal([3], (await Store.FindDeliveryAsync(new DeliveryId(1), Ct))!.Progress);
        Assert.Equal([Lane(1)], await Store.OpenLanesAsync(Ct));
    }

    [Fact]
    public async Task Moving_an_unknown_delivery_changes_nothing()
    {
        await Commit(Move(9, DeliveryState.Failed), Add(Event(1)));
        Assert.Empty(await Store.CountDeliveriesAsync(Ct));
        Assert.NotNull(await Store.FindEventAsync(EventId(1), Ct));
    }

    [Fact]
    public async Task Deliveries_of_an_event_come_in_id_order()
    {
        await Commit(Add(Event(1)), Add(Event(2)), Add(Delivery(3, 1, Lane(1))), Add(Delivery(2, 2, Lane(1))), Add(Delivery(1, 1, Lane(2))));
        Assert.Equal([1, 3], (await Store.DeliveriesOfAsync(EventId(1), Ct)).Select(row => row.Id.Value));
    }

    [Fact]
    public async Task Every_state_can_be_listed_newest_first_and_counted()
    {
        await Commit(Add(Event(1)));
        var states = Enum.GetValues<DeliveryState>();
        long id = 0;
        foreach (var state in states.Concat(states))
        {
            await Commit(Add(Delivery(++id, 1, Lane(1))), Move(id, state));
        }

        foreach (var state in states)
        {
            var listed = await Store.ListDeliveriesAsync(state, 10, Ct);
            Assert.All(listed, row => Assert.Equal(state, row.State));
            Assert.Equal(2, listed.Count);
            Assert.True(listed[0].Id > listed[1].Id);
            Assert.Equal(2, (await Store.CountDeliveriesAsync(Ct))[state]);
        }

        Assert.Equal([id, id - 1], (await Store.ListDeliveriesAsync(null, 2, Ct)).Select(row => row.Id.Value));
    }

    [Fact]
    public async Task The_first_claim_of_a_native_id_wins()
    {
        var first = new NativeClaim(new BlindIndex(5), EventId(1), new DeliveryId(3), 2);
        var other = new NativeClaim(new BlindIndex(6), EventId(1), null, 0);
        await Commit(new StoreChange.ClaimNative(first), new StoreChange.ClaimNative(first with { Event = EventId(2) }), new StoreChange.ClaimNative(other));
        await Commit(new StoreChange.ClaimNative(first with { Delivery = null }));
        await ReopenAsync();
        Assert.Equal(first, await Store.FindNativeAsync(first.Id, Ct));
        Assert.Equal(other, await Store.FindNativeAsync(other.Id, Ct));
    }

    [Fact]
    public async Task State_is_put_replaced_removed_and_read_by_scope()
    {
        var keys = Enumerable.Range(1, 1_200).Select(key => new BlindIndex((UInt128)key)).ToList();
        await Commit([.. keys.Select(key => new StoreChange.PutState("a", key, [1]))]);
        await Commit(new StoreChange.PutState("b", keys[0], [2]), new StoreChange.PutState("a", keys[1], [3, 4]), new StoreChange.RemoveState("a", keys[2]));
        await Commit(new StoreChange.RemoveState("a", keys[2]), new StoreChange.PutState("a", keys[3], []));
        await ReopenAsync();
        Assert.Equal([2], await Store.FindStateAsync("b", keys[0], Ct));
        Assert.Equal([3, 4], await Store.FindStateAsync("a", keys[1], Ct));
        Assert.Null(await Store.FindStateAsync("a", keys[2], Ct));
        Assert.Empty((await Store.FindStateAsync("a", keys[3], Ct))!);
        var read = new List<BlindIndex>();
        await foreach (var row in Store.ReadStateAsync("a", Ct))
        {
            read.Add(row.Key);
        }

        Assert.Equal(keys.Where(key => key != keys[2]).Order(Comparer<BlindIndex>.Create((x, y) => x.Value.CompareTo(y.Value))), read.OrderBy(key => key.Value));
    }

    [Fact]
    public async Task Reading_goes_on_while_commits_come()
    {
        await Commit(Add(Event(1)));
        var writing = Task.Run(async () =>
        {
            for (var id = 1; id <= 300; id++)
            {
                await Commit(Add(Event(id + 1)), Add(Delivery(id, id + 1, Lane(1))));
            }
        }, Ct);
        await Parallel.ForAsync(0, 300, Ct, async (_, token) =>
        {
            // A delivery and its event are committed together, so whoever sees the one sees the other.
            foreach (var row in await Store.ListDeliveriesAsync(null, 3, token))
            {
                Assert.NotNull(await Store.FindEventAsync(row.Event, token));
            }
        });
        await writing;
        Assert.Equal(300, (await Store.OpenInLaneAsync(Lane(1), default, 1_000, Ct)).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_sequence_of_commits_leaves_what_a_model_says(int seed)
    {
        var random = new Random(seed);
        var model = new StoreModel(random);
        for (var round = 0; round < 60; round++)
        {
            var changes = model.NextCommit();
            if (model.Accepts(changes))
            {
                await Commit(changes);
                model.Apply(changes);
            }
            else
            {
                await Assert.ThrowsAsync<StoreException>(() => Commit(changes));
            }

            if (random.Next(10) == 0)
            {
                await ReopenAsync();
            }

            if (round % 5 == 4)
            {
                await model.CheckAsync(Store, Ct);
            }
        }
    }
}
