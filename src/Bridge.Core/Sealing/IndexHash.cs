using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Bridge.Core.Sealing;

/// <summary>HMAC-SHA256 under the blind-index key. Keyed instances are kept: setting one up costs more than hashing an address. Thread-safe.</summary>
internal sealed class IndexHash(byte[] key) : IDisposable
{
    private const int Kept = 8;
    private readonly ConcurrentQueue<HMACSHA256> _idle = new();
    private volatile bool _disposed;

    public void Hash(ReadOnlySpan<byte> source, Span<byte> hash)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var hmac = _idle.TryDequeue(out var idle) ? idle : new HMACSHA256(key);
        hmac.TryComputeHash(source, hash, out _);
        if (_idle.Count < Kept && !_disposed)
        {
            _idle.Enqueue(hmac);
        }
        else
        {
            hmac.Dispose();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryDequeue(out var hmac))
        {
            hmac.Dispose();
        }
    }
}
