using System.Buffers;
using System.IO.Pipelines;

namespace Bridge.Host.Admin;

/// <summary>Reads lines of limited length from a stream.</summary>
internal sealed class LineReader(Stream stream, int longest)
{
    private readonly PipeReader _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    /// <summary>The next line without its end; null at the end of the stream. Throws <see cref="InvalidDataException"/> on a line that is too long.</summary>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = read.Buffer.Slice(0, end).ToArray();
                _reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            if (read.IsCompleted)
            {
                return null;
            }

            if (read.Buffer.Length > longest)
            {
                throw new InvalidDataException($"a line is longer than {longest} bytes");
            }

            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
