namespace Bridge.Storage.Tests;

/// <summary>Looks at the bytes of a data folder as somebody would who has the disk.</summary>
internal static class RawFiles
{
    public static bool Contain(string folder, ReadOnlySpan<byte> bytes)
    {
        // The locks are empty, and cannot be read while they are held.
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            if (Read(file).AsSpan().IndexOf(bytes) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    public static byte[] Read(string file)
    {
        using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        open.CopyTo(copy);
        return copy.ToArray();
    }
}
