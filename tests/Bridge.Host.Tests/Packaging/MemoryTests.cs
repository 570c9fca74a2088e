using System.Text.Json;
using Bridge.Host.Tests.Architecture;
using Xunit;

namespace Bridge.Host.Tests.Packaging;

public sealed class MemoryTests
{
    [Fact]
    public void However_Bridge_is_started_the_youngest_garbage_is_bounded()
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.HostFolder, "Bridge.Host.runtimeconfig.json")));
        var properties = config.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.Equal(16 << 20, properties.GetProperty("System.GC.Gen0MaxBudget").GetInt32());
        Assert.False(properties.GetProperty("System.GC.Concurrent").GetBoolean());
    }
}
