using System.Buffers.Binary;

namespace Bridge.Storage.Checking;

/// <summary>
/// Reads a write-ahead log as SQLite does at the next opening: up to the first frame whose checksum is wrong. SQLite takes that for the end and says
/// nothing; what was committed after it is lost. So this looks whether there was more.
/// </summary>
/// <param name="Lost">Frames that were written after the end that SQLite will find; zero: the log is whole.</param>
/// <param name="Why">What is wrong, for people; null when nothing is.</param>
internal sealed record WalFile(long Lost, string? Why)
{
    private const int HeaderLength = 32;
    private const int FrameHeaderLength = 24;
    private const uint Magic = 0x377f0682; // the last bit: checksums of big-endian words
    private static readonly WalFile s_whole = new(0, null);

    /// <summary>Only while nobody has the database open: a log that is being written has an unfinished end.</summary>
    public static WalFile Look(string database)
    {
        var path = database + "-wal";
        if (!File.Exists(path))
        {
            return s_whole;
        }

        using var file = File.OpenRead(path);
        var header = new byte[HeaderLength];
        if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
        {
            return s_whole;
        }

        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        var sum = new Checksum(bigEndian: (magic & 1) == 1);
        sum.Add(header.AsSpan(0, 24));
        var pageSize = (int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
        return (magic & ~1u) != Magic || !sum.Is(header.AsSpan(24)) || pageSize is < 512 or > 65_536
            ? new WalFile((file.Length - HeaderLength) / (4096 + FrameHeaderLength), "its header is damaged, so none of it is read")
            : Frames(file, header.AsSpan(16, 8), pageSize, sum, ExpectedFrames(database + "-shm", header.AsSpan(16, 8)));
    }

    private static WalFile Frames(FileStream file, ReadOnlySpan<byte> salts, int pageSize, Checksum sum, long expected)
    {
        var frame = new byte[FrameHeaderLength + pageSize];
        var (number, valid, later) = (0L, 0L, 0L);
        while (file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length)
        {
            number++;
            var ours = frame.AsSpan(8, 8).SequenceEqual(salts);
            if (valid == number - 1 && ours)
            {
                sum.Add(frame.AsSpan(0, 8));
                sum.Add(frame.AsSpan(FrameHeaderLength));
                if (sum.Is(frame.AsSpan(16)))
                {
                    valid = number;
                    continue;
                }
            }

            // What lies behind the end without harm: frames of earlier rounds, which have other salts, and of a write that was rolled back, which
            // has no commit mark (the size of the database after it).
            later = ours && BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) > 0 ? number : later;
        }

        var lost = Math.Max(later, expected) - valid;
        return lost <= 0 ? s_whole : new WalFile(lost, $"it is damaged at frame {valid + 1}: {lost} frames that were committed cannot be read");
    }

    /// <summary>How many frames the index beside the log knew of: it outlives a process that was killed, though not always a power cut.</summary>
    private static long ExpectedFrames(string index, ReadOnlySpan<byte> salts)
    {
        try
        {
            var header = new byte[48];
            using var file = new FileStream(index, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length && header[12] == 1 && header.AsSpan(32, 8).SequenceEqual(salts)
                ? BitConverter.ToUInt32(header, 16)
                : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>SQLite's: two running sums over pairs of words.</summary>
    private sealed class Checksum(bool bigEndian)
    {
        private uint _first;
        private uint _second;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            for (var at = 0; at < bytes.Length; at += 8)
            {
                _first += Word(bytes[at..]) + _second;
                _second += Word(bytes[(at + 4)..]) + _first;
            }
        }

        /// <summary>Checksums are stored big-endian, whatever they are made of.</summary>
        public bool Is(ReadOnlySpan<byte> stored) =>
            BinaryPrimitives.ReadUInt32BigEndian(stored) == _first && BinaryPrimitives.ReadUInt32BigEndian(stored[4..]) == _second;

        private uint Word(ReadOnlySpan<byte> bytes) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
