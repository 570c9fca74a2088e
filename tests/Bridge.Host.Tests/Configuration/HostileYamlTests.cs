using System.Diagnostics;
using System.Text;
using Bridge.Host.Configuration;
using Xunit;

namespace Bridge.Host.Tests.Configuration;

public sealed class HostileYamlTests
{
    private const string Special = "{}[]:,'\"|>&*!%@`#-?\t\n\r \0\u0085\uFEFF\uD800ä${}";

    [Fact]
    public void Mutated_configurations_give_diagnostics_and_nothing_else()
    {
        var random = new Random(20261121);
        var seeds = CaseFile.All.Select(File.ReadAllText).ToList();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 4000 && watch.Elapsed < TimeSpan.FromSeconds(8); i++)
        {
            var text = Mutate(seeds[random.Next(seeds.Count)], seeds, random);

            var result = ConfigReader.ReadText("fuzz.yaml", text, FakePlugins.Sources with { WithSecrets = i % 2 == 0, Variable = _ => "x" });

            Assert.True(result.Config is not null || result.Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), text);
            Assert.All(result.Diagnostics, diagnostic => Assert.InRange(diagnostic.Message.Length, 1, 1000));
        }
    }

    [Theory]
    [InlineData("[", 200_000)]
    [InlineData("{a: ", 100_000)]
    [InlineData("- ", 200_000)]
    [InlineData("? ", 200_000)]
    [InlineData("&a ", 100_000)]
    [InlineData("!", 200_000)]
    [InlineData("'", 200_001)]
    [InlineData("\"\\", 100_000)]
    [InlineData("a: b: ", 50_000)]
    [InlineData("{a,", 100_000)]
    [InlineData("\t", 200_000)]
    [InlineData("#\n", 200_000)]
    [InlineData("x\n", 200_000)]
    [InlineData("a:\n ", 50_000)]
    [InlineData("---\n", 50_000)]
    [InlineData("*a ", 50_000)]
    [InlineData("|\n", 50_000)]
    public void Repetition_ends_in_reasonable_time_and_memory(string part, int times)
    {
        var text = "version: 1\nroutes: " + new StringBuilder().Insert(0, part, times);
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();

        ConfigReader.ReadText("hostile.yaml", text, FakePlugins.Sources);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000_000);
    }

    [Fact]
    public void Nothing_that_stands_in_place_of_a_secret_is_ever_shown()
    {
        var seeds = CaseFile.All.Select(File.ReadAllText).Select(text => text.Replace("text: x", "text: \"${env:A}\"", StringComparison.Ordinal)).ToList();
        foreach (var text in seeds.SelectMany(seed => WithReferences(seed)))
        {
            var result = ConfigReader.ReadText("secret.yaml", text, FakePlugins.Sources with { Variable = _ => "xyzzy{{ xyzzy" });

            Assert.DoesNotContain("xyzzy", string.Join('\n', result.Diagnostics));
            Assert.DoesNotContain("xyzzy", result.Effective?.ToJson() ?? "");
        }
    }

    // Each value in turn becomes a reference.
    private static IEnumerable<string> WithReferences(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var colon = lines[i].LastIndexOf(": ", StringComparison.Ordinal);
            if (colon > 0 && !lines[i].StartsWith('#'))
            {
                var end = lines[i].LastIndexOfAny(['}', ']', ',']);
                var changed = lines[i][..(colon + 2)] + "\"${env:X}\"" + (end > colon ? lines[i][end..] : "");
                yield return string.Join('\n', lines.Select((line, at) => at == i ? changed : line));
            }
        }
    }

    private static string Mutate(string seed, List<string> seeds, Random random)
    {
        var text = new StringBuilder(seed);
        for (var times = random.Next(1, 6); times > 0 && text.Length > 0; times--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
                    break;
                case 1:
                    text[at] = Special[random.Next(Special.Length)];
                    break;
                case 2:
                    var other = seeds[random.Next(seeds.Count)];
                    text.Insert(at, other.AsSpan(random.Next(other.Length), 1));
                    break;
                case 3:
                    text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 40), text.Length - at)));
                    break;
                default:
                    text.Insert(at, (char)random.Next(1, 0x2100));
                    break;
            }
        }

        return text.ToString();
    }
}
