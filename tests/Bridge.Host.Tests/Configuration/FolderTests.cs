using Bridge.Host.Cli;
using Bridge.Host.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

/// <summary>Commands find the data folder without reading all of the configuration: where the daemon has it.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bridge-config-").FullName;

    [Theory]
    [InlineData("main.yaml", "storage: { folder: data }", "data")]
    [InlineData("conf.d/storage.yaml", "storage: { folder: data }", "conf.d/data")]
    [InlineData("conf.d/deeper/storage.yaml", "storage: { folder: ../data }", "conf.d/data")]
    [InlineData("storage.yaml", "storage: { folder: \"${file:where}\" }", "data")]
    [InlineData("storage.yaml", "storage: { folder: \"${file:nowhere}\" }", null)]
    [InlineData("storage.yaml", "storage: { folder: \"\" }", null)]
    [InlineData("storage.yaml", "storage: { folder: data", null)]
    [InlineData("any.test.yaml", "storage: { folder: data }", null)]
    [InlineData(".hidden/storage.yaml", "storage: { folder: data }", null)]
    public void Commands_and_the_daemon_agree_where_the_data_is(string file, string text, string? data)
    {
        Write("a.yaml", "version: 1\nhttp: { listen: 127.0.0.1:0 }");
        Write("where", "data\n");
        Write(file, text);
        var read = ConfigReader.Read([_folder], FakePlugins.Sources).Config;
        Assert.Equal(data is null ? null : Path.Combine(_folder, data), read?.DataFolder);
        Assert.Equal(read?.DataFolder ?? Places.DataFolder(null, []), Places.DataFolder(null, [_folder]));
        Assert.Equal("/elsewhere", Places.DataFolder("/elsewhere", [_folder]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
