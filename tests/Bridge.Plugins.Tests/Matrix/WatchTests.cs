using Bridge.Plugin.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix;

/// <summary>Whether Bridge hears, and says so when it does not.</summary>
public sealed class WatchTests
{
    private static readonly Func<MatrixOptions, MatrixOptions> s_trying = options => options with { SelfTest = TimeSpan.FromHours(1) };

    [Fact]
    public async Task The_bot_hears_itself_once_and_nobody_else_hears_of_it()
    {
        await using var matrix = await RunningMatrix.StartAsync(s_trying);
        await matrix.UntilAsync(() => matrix.Homeserver.RoomOf("#bridge_matrix_selftest:hs.test") is not null && matrix.Homeserver.PusherOf(matrix.Service).Delivered > 0);
        Assert.Empty(matrix.Heard);
        Assert.Empty(matrix.Impairments);
    }

    [Fact]
    public async Task A_homeserver_that_cannot_reach_Bridge_impairs_it_and_stops_nothing()
    {
        await using var matrix = await RunningMatrix.PrepareAsync();
        matrix.Service.Url = new Uri("http://127.0.0.1:1/endpoints/matrix");
        await matrix.ConnectAsync();
        await matrix.UntilAsync(() => matrix.Impairments.Count > 0);
        Assert.Contains("cannot reach the registration's url", matrix.Impairments[0], StringComparison.Ordinal);
        await matrix.Delivered(matrix.From(RunningMatrix.RoomOf(matrix.Homeserver.User("anna")), "alert", sender: null));
        Assert.Empty(matrix.Failures);
    }
}
