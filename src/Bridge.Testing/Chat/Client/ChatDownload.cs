namespace Bridge.Testing.Chat;

/// <summary>The bytes of a file of the network, asked for a piece at a time.</summary>
internal sealed class ChatDownload(ChatConnection connection, string file) : Stream
{
    public const int MostBytes = 96 * 1024;
    private long _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _at;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var request = new ChatLine { Do = "download", Name = file, After = _at, Most = Math.Min(buffer.Length, MostBytes) };
        var bytes = (await connection.AskAsync(request, cancellationToken)).Bytes ?? throw new IOException("the network has no such file");
        bytes.CopyTo(buffer);
        _at += bytes.Length;
        return bytes.Length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
