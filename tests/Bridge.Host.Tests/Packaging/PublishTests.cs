using System.Reflection.PortableExecutable;
using Xunit;

namespace Bridge.Host.Tests.Packaging;

/// <summary>What packaging/publish makes, installed and run as the container file and the unit do.</summary>
[Trait("Category", "Long")]
public sealed class PublishTests : IDisposable
{
    private readonly Installed _installed = new();
    private readonly string _published = Path.Combine(Directory.CreateTempSubdirectory("bridge-published-").FullName, "app");

    [Fact]
    public async Task What_is_published_is_precompiled_and_does_the_main_job()
    {
        Tool.Needs("bwrap", "bubblewrap");
        Assert.Equal(_published, await Tool.DoAsync(Tool.Packaging("publish"), "--output", _published));
        var files = Directory.EnumerateFiles(_published, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_published, file)).ToList();
        Assert.Contains("Bridge.Host", files);
        Assert.Contains("plugins/mqtt/Bridge.Plugin.Mqtt.dll", files);
        Assert.DoesNotContain("plugins/mqtt/Bridge.Abstractions.dll", files);
        Assert.DoesNotContain(files, file => file.EndsWith(".xml", StringComparison.Ordinal));

        Assert.All(["Bridge.Core.dll", "Bridge.Host.dll", "plugins/mqtt/Bridge.Plugin.Mqtt.dll"], file => Assert.True(IsPrecompiled(file), file));
        await _installed.InstallAsync(_published);
        await _installed.DoTheMainJobAsync();
    }

    public void Dispose()
    {
        _installed.Dispose();
        Directory.Delete(Path.GetDirectoryName(_published)!, recursive: true);
    }

    private bool IsPrecompiled(string file)
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(_published, file)));
        return image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }
}
