using Microsoft.AspNetCore.Http;

namespace Bridge.Host.Http;

/// <summary>A request's body as an endpoint reads it: while its call lasts, and remembering why it broke off, whatever the endpoint makes of that.</summary>
/// <param name="body">As the server reads it.</param>
/// <param name="most">How many bytes of it are read.</param>
internal sealed class RequestBody(Stream body, long most) : Stream
{
    private volatile bool _over;
    private long _read;

    /// <summary>The status that tells whoever sent it why it broke off: 413 when it is too long, 408 when it came too slowly; null when it did not.</summary>
    public int? Broken { get; private set; }

    public override bool CanRead => !_over;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The call is answered: the connection is somebody else's now.</summary>
    public void End() => _over = true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_over, this);
        try
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            _read += read;
            return _read <= most ? read : throw new BadHttpRequestException("it is too long", StatusCodes.Status413PayloadTooLarge);
        }
        catch (BadHttpRequestException failure)
        {
            Broken = failure.StatusCode;
            throw new IOException("the body of the request broke off", failure);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("the body is read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
