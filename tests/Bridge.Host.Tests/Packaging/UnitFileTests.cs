using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Bridge.Host.Tests.Packaging;

public sealed partial class UnitFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bridge-unit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_service_is_exposed_at_two_of_ten_or_less()
    {
        Tool.Needs("systemd-analyze", "systemd");
        var said = await Tool.DoAsync("systemd-analyze", "security", "--offline=true", "--no-pager", Tool.Packaging("bridge.service"));
        var score = double.Parse(Overall().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(score, 0, 2.0);
    }

    [Fact]
    public async Task The_unit_file_is_clean()
    {
        Tool.Needs("systemd-analyze", "systemd");

        // Nothing is installed here, and whether the command exists is part of the check.
        var unit = Path.Combine(_folder, "bridge.service");
        await File.WriteAllTextAsync(
            unit, (await File.ReadAllTextAsync(Tool.Packaging("bridge.service"), TestContext.Current.CancellationToken)).Replace("/usr/bin/bridge", "/bin/true", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var ran = await Tool.RunAsync("systemd-analyze", "verify", "--man=no", unit);
        Assert.Equal((0, "", ""), (ran.ExitCode, ran.Output, ran.Error));
    }

    [GeneratedRegex("Overall exposure level[^0-9]*([0-9.]+)")]
    private static partial Regex Overall();
}
