using Bridge.Host.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

/// <summary>Each diagnostic has a file that provokes it; <c>BLESS=1</c> writes what the reader says into the files.</summary>
public sealed class DiagnosticCaseTests
{
    public static TheoryData<string> Cases => [.. CaseFile.All.Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_gives_exactly_the_diagnostics_it_expects(string name)
    {
        var test = new CaseFile(Path.Combine(CaseFile.Folder, name));
        if (Environment.GetEnvironmentVariable("BLESS") == "1")
        {
            // Twice: the first writing moves the lines.
            test.Bless();
            new CaseFile(Path.Combine(CaseFile.Folder, name)).Bless();
            return;
        }

        Assert.Equal(test.Expected, test.Actual());
        Assert.Contains(test.Expected, line => line.Contains(' ' + name[..6] + ':', StringComparison.Ordinal));
    }

    [Fact]
    public void Every_diagnostic_has_a_case()
    {
        var provoked = CaseFile.All.Select(path => Path.GetFileName(path)[..6]).ToHashSet();

        Assert.DoesNotContain(DiagnosticKinds.All, kind => !provoked.Contains(kind.Code));
    }

    [Fact]
    public void Codes_are_unique_and_in_order()
    {
        var codes = DiagnosticKinds.All.Select(kind => kind.Code).ToList();

        Assert.Equal(codes.Distinct().Order(StringComparer.Ordinal), codes);
    }

    [Fact]
    public void Every_diagnostic_has_a_title_and_a_cure() =>
        Assert.DoesNotContain(DiagnosticKinds.All, kind => kind.Title.Length == 0 || kind.Cure.Length == 0 || kind.Cure.EndsWith('.'));
}
