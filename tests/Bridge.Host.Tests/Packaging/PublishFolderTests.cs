using Xunit;

namespace Bridge.Host.Tests.Packaging;

/// <summary>Where packaging/publish puts what it makes, and where it does not.</summary>
public sealed class PublishFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bridge-publish-").FullName;

    [Fact]
    public async Task What_was_published_before_is_replaced_and_what_holds_anything_else_is_refused()
    {
        var output = Path.Combine(_folder, "app");
        await PublishAsync(output);
        await File.WriteAllTextAsync(Path.Combine(output, "old.dll"), "", TestContext.Current.CancellationToken);
        await PublishAsync(output);
        Assert.False(File.Exists(Path.Combine(output, "old.dll")));
        await PublishAsync(Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName);

        var letter = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "letters")).FullName, ".letter");
        await File.WriteAllTextAsync(letter, "dear", TestContext.Current.CancellationToken);
        foreach (var taken in (string[])[Path.GetDirectoryName(letter)!, letter])
        {
            var refused = await FakeSdk.RunAsync(_folder, Tool.Packaging("publish"), "--output", taken);
            Assert.Equal(2, refused.ExitCode);
            Assert.StartsWith($"publish: {taken} is there and is not what this makes; name", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal("dear", await File.ReadAllTextAsync(letter, TestContext.Current.CancellationToken));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task PublishAsync(string output)
    {
        var ran = await FakeSdk.RunAsync(_folder, Tool.Packaging("publish"), "--output", output);
        Assert.Equal((0, output), (ran.ExitCode, ran.Output.Trim()));
        Assert.True(File.Exists(Path.Combine(output, "Bridge.Host.dll")));
    }
}
