using System.Security.Cryptography;

namespace Bridge.Core.Attachments;

/// <summary>The bytes of a sealed file, opened a chunk at a time while they are read. Whatever is not as it was sealed is an <see cref="IOException"/>.</summary>
internal sealed class ChunkReader : Stream
{
    private readonly Stream _sealed;
    private readonly Chunks _chunks;
    private readonly long _size;
    private readonly byte[] _cipher = new byte[Chunks.PlainLength + Chunks.TagLength];
    private readonly byte[] _plain = new byte[Chunks.PlainLength];
    private uint _number;
    private int _at;
    private int _length;
    private long _read;

    private ChunkReader(Stream sealedFile, Chunks chunks, long size) => (_sealed, _chunks, _size) = (sealedFile, chunks, size);

    /// <summary>Takes the file over, also when it throws.</summary>
    public static ChunkReader Open(Stream sealedFile, byte[] key, long size)
    {
        if (sealedFile.Length != Chunks.SealedLength(size) || sealedFile.ReadByte() != Chunks.Version)
        {
            sealedFile.Dispose();
            throw new IOException("the attachment is damaged, or was stored by a newer Bridge");
        }

        return new ChunkReader(sealedFile, new Chunks(key), size);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _size;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_at == _length && Rest() > 0)
        {
            _sealed.ReadExactly(_cipher, 0, NextLength() + Chunks.TagLength);
            OpenNext();
        }

        return Take(buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_at == _length && Rest() > 0)
        {
            await _sealed.ReadExactlyAsync(_cipher.AsMemory(0, NextLength() + Chunks.TagLength), cancellationToken);
            OpenNext();
        }

        return Take(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CryptographicOperations.ZeroMemory(_plain);
            _chunks.Dispose();
            _sealed.Dispose();
        }

        base.Dispose(disposing);
    }

    private long Rest() => _size - ((long)_number * Chunks.PlainLength);

    private int NextLength() => (int)Math.Min(Chunks.PlainLength, Rest());

    private void OpenNext()
    {
        var length = NextLength();
        _chunks.Open(_number, _number + 1 == Chunks.Count(_size), _cipher, _plain.AsSpan(0, length));
        (_number, _at, _length) = (_number + 1, 0, length);
    }

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _length - _at);
        _plain.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        _read += count;
        return count;
    }
}
