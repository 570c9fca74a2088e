using System.Buffers.Text;

namespace Bridge.Bench.Matrix;

/// <summary>Just enough of HTTP/1.1: a request line, headers, and a body of which the length is given.</summary>
internal static class HttpRequest
{
    /// <summary>False when the request is not there as a whole yet.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out int length, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> body)
    {
        length = 0;
        path = default;
        body = default;
        var headers = bytes.IndexOf("\r\n\r\n"u8);
        if (headers < 0)
        {
            return false;
        }

        var content = ContentLength(bytes[..(headers + 2)]);
        length = headers + 4 + content;
        if (bytes.Length < length)
        {
            return false;
        }

        path = bytes[(bytes.IndexOf((byte)' ') + 1)..];
        path = path[..path.IndexOf((byte)' ')];
        body = bytes.Slice(headers + 4, content);
        return true;
    }

    private static int ContentLength(ReadOnlySpan<byte> headers)
    {
        var name = headers.IndexOf("ontent-"u8);
        while (name >= 0)
        {
            headers = headers[(name + "ontent-".Length)..];
            if (headers.StartsWith("Length: "u8) || headers.StartsWith("length: "u8))
            {
                return Utf8Parser.TryParse(headers["Length: ".Length..], out int length, out _) ? length : 0;
            }

            name = headers.IndexOf("ontent-"u8);
        }

        return 0;
    }
}
