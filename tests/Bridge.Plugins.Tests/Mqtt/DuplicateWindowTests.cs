using Bridge.Abstractions;
using Bridge.Plugin.Mqtt;
using Bridge.Plugin.Mqtt.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Mqtt;

public sealed class DuplicateWindowTests
{
    private const int Capacity = 10;

    [Fact]
    public async Task What_may_be_a_repeat_is_handed_over_again_under_the_id_of_what_it_may_repeat()
    {
        var memory = new HostMemory();
        using var window = new DuplicateWindow("w/", Capacity, proof: 1000, TimeProvider.System);
        Assert.False(window.IsRepeat(Publish(7)));
        var first = window.Event;
        Assert.False(window.IsRepeat(Publish(8)));
        Assert.NotEqual(first, window.Event);
        await memory.CommitAsync(new InboundBatch([], [window.TakeRow()!]));

        using var restarted = new DuplicateWindow("w/", Capacity, proof: 1000, TimeProvider.System);
        await restarted.LoadAsync(memory, TestContext.Current.CancellationToken);
        Assert.False(restarted.IsRepeat(Publish(7, dup: true)));
        Assert.Equal(first, restarted.Event);
        Assert.False(restarted.IsRepeat(Publish(8, "other", dup: true)));
        Assert.NotEqual(first, restarted.Event);
    }

    [Fact]
    public async Task A_repeat_of_one_of_the_last_publishes_is_recognised_also_after_a_restart()
    {
        var memory = new HostMemory();
        using var window = new DuplicateWindow("w/", Capacity, proof: 5, TimeProvider.System);
        await AcceptAsync(window, memory, 1, 100);
        using var restarted = await LoadAsync(memory, proof: 5);
        foreach (var each in (DuplicateWindow[])[window, restarted])
        {
            Assert.All(Enumerable.Range(91, 10), id => Assert.True(each.IsRepeat(Publish(id, dup: true))));
            Assert.False(each.IsRepeat(Publish(101, dup: true)));
        }
    }

    [Fact]
    public async Task What_a_peer_had_unacknowledged_beyond_the_agreed_is_recognised_after_a_restart()
    {
        var memory = new HostMemory();
        using var window = new DuplicateWindow("w/", Capacity, proof: 5, TimeProvider.System);
        for (var id = 1; id <= 100; id++)
        {
            window.Saw(id > 50 ? 3 * Capacity : 1);
            await AcceptAsync(window, memory, id, 1);
        }

        using var restarted = await LoadAsync(memory, proof: 5);
        Assert.All(Enumerable.Range(71, 30), id => Assert.True(restarted.IsRepeat(Publish(id, dup: true))));
    }

    [Fact]
    public async Task Without_DUP_nothing_is_a_repeat()
    {
        using var window = new DuplicateWindow("w/", Capacity, proof: 5, TimeProvider.System);
        await AcceptAsync(window, new HostMemory(), 1, 20);
        Assert.False(window.IsRepeat(Publish(20)));
    }

    [Fact]
    public async Task Other_content_under_the_same_id_is_no_repeat()
    {
        using var window = new DuplicateWindow("w/", Capacity, proof: 5, TimeProvider.System);
        await AcceptAsync(window, new HostMemory(), 1, 20);
        Assert.False(window.IsRepeat(Publish(20, "other", dup: true)));
        Assert.False(window.IsRepeat(Publish(20, dup: true))); // the id has been reused since
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 3, 1, 2, 3, 1, 2, 3, 3)]
    [InlineData(7, 4, 9, 2, 8, 3, 1, 6, 5, 5)]
    public void A_peer_that_does_not_number_in_sequence_is_never_taken_to_repeat(params int[] ids)
    {
        using var window = new DuplicateWindow("w/", Capacity, proof: 5, TimeProvider.System);
        foreach (var id in ids)
        {
            Assert.False(window.IsRepeat(Publish(id)));
            window.TakeRow();
        }

        Assert.False(window.IsRepeat(Publish(ids[^1], dup: true)));
    }

    [Fact]
    public async Task A_peer_that_has_more_unacknowledged_than_agreed_needs_a_longer_proof_and_gets_a_longer_window()
    {
        foreach (var (sequence, recognised) in ((int, bool)[])[(30, false), (31, true)])
        {
            using var window = new DuplicateWindow("w/", Capacity, proof: 5, TimeProvider.System);
            window.Saw(30);
            for (var id = 1; id <= sequence; id++)
            {
                await AcceptAsync(window, new HostMemory(), id, 1);
            }

            Assert.Equal(recognised, window.IsRepeat(Publish(sequence - 29, dup: true)));
        }
    }

    [Fact]
    public async Task Ids_wrap_from_65535_to_1()
    {
        using var window = new DuplicateWindow("w/", Capacity, proof: 5, TimeProvider.System);
        await AcceptAsync(window, new HostMemory(), 65_530, 6);
        await AcceptAsync(window, new HostMemory(), 1, 3);
        Assert.True(window.IsRepeat(Publish(65_535, dup: true)));
        Assert.True(window.IsRepeat(Publish(3, dup: true)));
    }

    [Fact]
    public async Task Its_rows_stay_as_few_as_the_window_needs()
    {
        var memory = new HostMemory();
        using var window = new DuplicateWindow("w/", Capacity, proof: 5, TimeProvider.System);
        var random = new Random(7);
        for (var id = 1; id < 3000;)
        {
            var count = random.Next(1, Capacity + 1);
            await AcceptAsync(window, memory, id, count);
            id += count;
        }

        Assert.InRange(memory.State.Count, 1, Capacity + 1);
    }

    [Fact]
    public async Task A_new_session_forgets_all_of_it()
    {
        var memory = new HostMemory();
        using var window = new DuplicateWindow("w/", Capacity, proof: 5, TimeProvider.System);
        await AcceptAsync(window, memory, 1, 20);
        await memory.CommitAsync(new InboundBatch([], window.Clear()));
        Assert.Empty(memory.State);
        Assert.False(window.IsRepeat(Publish(20, dup: true)));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task A_peer_that_goes_on_though_it_could_use_an_id_again_numbers_in_sequence(int processed, bool recognised)
    {
        var memory = new HostMemory();
        using var window = new DuplicateWindow("w/", Capacity, proof: 1000, TimeProvider.System);
        await AcceptAsync(window, memory, 1, 4);
        Assert.False(window.IsRepeat(Publish(5), processed));
        await memory.CommitAsync(new InboundBatch([], [window.TakeRow()!]));
        using var restarted = await LoadAsync(memory, proof: 1000);
        Assert.Equal(recognised, window.IsRepeat(Publish(3, dup: true)));
        Assert.Equal(recognised, restarted.IsRepeat(Publish(3, dup: true)));
    }

    [Fact]
    public async Task A_peer_that_repeats_from_its_first_id_may_be_using_its_ids_again()
    {
        var memory = new HostMemory();
        using var window = new DuplicateWindow("w/", Capacity, proof: 1000, TimeProvider.System);
        await AcceptAsync(window, memory, 1, 4);
        Assert.False(window.IsRepeat(Publish(5), processed: 4));
        Assert.All(Enumerable.Range(1, 5), id => Assert.False(window.IsRepeat(Publish(id, dup: true))));
    }

    [Fact]
    public async Task What_a_peer_sends_first_in_a_resumed_session_shows_that_it_has_our_acknowledgements()
    {
        using var window = new DuplicateWindow("w/", Capacity, proof: 1000, TimeProvider.System);
        await AcceptAsync(window, new HostMemory(), 1, 4);
        window.Resume();
        Assert.False(window.IsRepeat(Publish(5)));
        Assert.True(window.IsRepeat(Publish(4, dup: true)));
    }

    private static PublishPacket Publish(int id, string text = "same", bool dup = false) =>
        new() { Topic = "t", PacketId = (ushort)id, QoS = QoS.AtLeastOnce, Payload = Payload.FromText(text), Dup = dup };

    private static async Task AcceptAsync(DuplicateWindow window, HostMemory memory, int firstId, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.False(window.IsRepeat(Publish(firstId + i)));
        }

        await memory.CommitAsync(new InboundBatch([], [window.TakeRow()!]));
    }

    private static async Task<DuplicateWindow> LoadAsync(HostMemory memory, int proof)
    {
        var window = new DuplicateWindow("w/", Capacity, proof, TimeProvider.System);
        await window.LoadAsync(memory, TestContext.Current.CancellationToken);
        return window;
    }
}
