using Bridge.Host.Systemd;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Host.Tests.Systemd;

public sealed class ServiceManagerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bridge-notify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_fact_is_one_datagram(bool outsideTheFileSystem)
    {
        using var socket = new NotifySocket(outsideTheFileSystem ? $"@bridge-test/{Path.GetFileName(_folder)}" : Path.Combine(_folder, "notify"));
        var clock = new ManualClock();
        clock.Advance(TimeSpan.FromSeconds(2));
        var manager = ServiceManager.Find(Variables(("NOTIFY_SOCKET", socket.Name)), 1, clock);
        manager.Ready("generation 1,\n2 of 2");
        manager.Status("fine");
        manager.Reloading();
        manager.Alive();
        manager.Stopping();
        Assert.Equal("READY=1\nSTATUS=generation 1, 2 of 2", await socket.NextAsync());
        Assert.Equal("STATUS=fine", await socket.NextAsync());
        Assert.Equal("RELOADING=1\nMONOTONIC_USEC=2000000", await socket.NextAsync());
        Assert.Equal("WATCHDOG=1", await socket.NextAsync());
        Assert.Equal("STOPPING=1\nSTATUS=stopping", await socket.NextAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("vsock:2:1234")]
    [InlineData("/nowhere/at/all")]
    public void Without_somebody_who_listens_nothing_happens(string? socket) =>
        ServiceManager.Find(Variables(("NOTIFY_SOCKET", socket)), 1, TimeProvider.System).Ready("fine");

    [Theory]
    [InlineData("30000000", null, 30)]
    [InlineData("30000000", "7", 30)]
    [InlineData("30000000", "8", 0)]
    [InlineData("0", null, 0)]
    [InlineData("-1", null, 0)]
    [InlineData("soon", null, 0)]
    [InlineData(null, null, 0)]
    public void It_watches_when_it_says_so_and_means_this_process(string? microseconds, string? process, int seconds)
    {
        var manager = ServiceManager.Find(
            Variables(("NOTIFY_SOCKET", "/run/notify"), ("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", process)), 7, TimeProvider.System);
        Assert.Equal(seconds == 0 ? null : TimeSpan.FromSeconds(seconds), manager.Watchdog);
    }

    [Theory]
    [InlineData("8:4711", "socket:[4711]", true)]
    [InlineData("8:4711", "socket:[4712]", false)]
    [InlineData("8:4711", "/dev/pts/0", false)]
    [InlineData("8:", "socket:[]", false)]
    [InlineData(null, "socket:[4711]", false)]
    public void The_journal_takes_what_goes_to_its_own_stream(string? stream, string standardError, bool takes) =>
        Assert.Equal(takes, Journal.Of(stream, standardError).Takes);

    private static Func<string, string?> Variables(params (string Name, string? Value)[] variables) =>
        name => variables.FirstOrDefault(variable => variable.Name == name).Value;
}
