using Bridge.Abstractions;
using Bridge.Core.Delivery;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

public sealed class RestoredTests
{
    private static readonly EndpointCapabilities s_unsafe = new() { Sends = EventFeature.Text, Resend = new ResendClass.Unsafe() };

    public static TheoryData<ResendClass, int, DeliveryState> Kinds { get; } = new()
    {
        { new ResendClass.Unsafe(), 5, DeliveryState.Uncertain },
        { new ResendClass.Harmless(), 5, DeliveryState.Delivered },
        { new ResendClass.Keyed(TimeSpan.FromMinutes(30)), 5, DeliveryState.Delivered },
        { new ResendClass.Keyed(TimeSpan.FromMinutes(30)), 45, DeliveryState.Uncertain },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_was_owed_when_the_backup_was_made_goes_out_only_where_a_repeat_is_no_second_message(ResendClass resend, int minutes, DeliveryState becomes)
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_unsafe with { Resend = resend } });
        rig.Disconnect();
        await rig.StartAsync();
        var ids = new[] { await rig.OwesAsync("hello"), await rig.OwesAsync("elsewhere", to: "other") };
        rig.Clock.Advance(TimeSpan.FromMinutes(minutes));
        await RestoreAsync(rig);
        var later = await rig.OwesAsync("accepted after the restore");
        Assert.All(await Task.WhenAll(ids.Select(rig.StateAsync)), state => Assert.Equal(becomes, state));
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(later));
        Assert.Contains((await rig.ProgressAsync(ids[0])).Steps, step => step.What.StartsWith("restored from a backup made 20", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_who_knows_of_the_doubt_can_have_it_sent()
    {
        await using var rig = new DeliveryRig(new FakeEndpoint { Capabilities = s_unsafe });
        rig.Disconnect();
        await rig.StartAsync();
        var id = await rig.OwesAsync("hello");
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        await RestoreAsync(rig);
        Assert.Equal(DeliveryState.Uncertain, await rig.StateAsync(id));
        Assert.Equal(Steered.Done, await rig.Engine.RetryAsync(id));
        await rig.SettleAsync();
        Assert.Equal(DeliveryState.Delivered, await rig.StateAsync(id));
    }

    private static async Task RestoreAsync(DeliveryRig rig)
    {
        var madeAt = rig.Time.GetUtcNow();
        rig.Engine.Abandon();
        var doubted = await RestoredDeliveries.DoubtAsync(rig.Store, rig.Sealer, madeAt, rig.Time.GetUtcNow(), CancellationToken.None);
        Assert.NotEqual(0, doubted);
        Assert.Equal(0, await RestoredDeliveries.DoubtAsync(rig.Store, rig.Sealer, madeAt, rig.Time.GetUtcNow(), CancellationToken.None));
        await rig.RestartAsync();
        rig.Connect();
        await rig.SettleAsync();
    }
}
