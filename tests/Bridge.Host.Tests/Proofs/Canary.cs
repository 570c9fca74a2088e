using System.Text;
using Xunit;

namespace Bridge.Host.Tests.Proofs;

/// <summary>Words that must not be found anywhere, in whatever common encoding they may hide.</summary>
internal sealed class Canary
{
    private readonly List<(string What, byte[] Bytes)> _needles = [];

    /// <param name="words">ASCII, at least 12 characters each: short ones would be found by chance.</param>
    public Canary(params IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            var bytes = Encoding.ASCII.GetBytes(word);
            Add($"{word} as text", bytes);
            Add($"{word} as UTF-16", Encoding.Unicode.GetBytes(word)); // its big-endian form holds it too, shifted by one, but for the last byte
            Add($"{word} as hexadecimal", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)));
            Add($"{word} as HEXADECIMAL", Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)));
            for (var shift = 0; shift < 3; shift++)
            {
                Add($"{word} as base64, shifted by {shift}", Encoding.ASCII.GetBytes(Base64Inside(bytes, shift)));
            }
        }
    }

    /// <summary>Bytes that are no text, such as a key.</summary>
    public Canary Add(string what, byte[] bytes)
    {
        _needles.Add((what, bytes));
        return this;
    }

    /// <summary>What of it is in there.</summary>
    public IEnumerable<string> FoundIn(ReadOnlyMemory<byte> hay) => _needles.Where(needle => hay.Span.IndexOf(needle.Bytes) >= 0).Select(needle => needle.What);

    public void AssertAbsentFrom(IEnumerable<string> lines, string place)
    {
        foreach (var line in lines)
        {
            var found = FoundIn(Encoding.UTF8.GetBytes(line)).ToList();
            Assert.True(found.Count == 0, $"{place} has {string.Join(", ", found)}: {line}");
        }
    }

    /// <summary>Every file below, whatever its name; gives how many were searched.</summary>
    /// <param name="folder">Whose daemon has ended.</param>
    public int AssertAbsentBelow(string folder)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".sock", StringComparison.Ordinal)).ToList();
        foreach (var file in files)
        {
            Assert.Empty(FoundIn(File.ReadAllBytes(file)).Concat(FoundIn(Encoding.UTF8.GetBytes(file))).Select(what => $"{Path.GetFileName(file)}: {what}"));
        }

        return files.Count;
    }

    /// <summary>The part of the base64 text that does not depend on what stands before and behind.</summary>
    private static string Base64Inside(byte[] bytes, int shift)
    {
        var text = Convert.ToBase64String((byte[])[.. new byte[shift], .. bytes]);
        var first = ((shift * 8) + 5) / 6;
        return text[first..((shift + bytes.Length) * 8 / 6)];
    }
}
