using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bridge.Bench.Load;

namespace Bridge.Bench.Matrix;

/// <summary>A homeserver that remembers nothing but which message came when.</summary>
internal sealed class StubHomeserver(Ledger ledger) : StubServer
{
    /// <summary>What any call but a send asks for.</summary>
    private const string Anything =
        """{"versions":["v1.11"],"user_id":"@bridge:hs.test","room_id":"!own:hs.test","event_id":"$own","duration_ms":1,"joined_rooms":[]}""";

    protected override int Take(ReadOnlySpan<byte> bytes, Stream answers)
    {
        if (!HttpRequest.TryRead(bytes, out var length, out var path, out var body))
        {
            return 0;
        }

        answers.Write(AnswerTo(path, body));
        return length;
    }

    private byte[] AnswerTo(ReadOnlySpan<byte> path, ReadOnlySpan<byte> body)
    {
        if (path.IndexOf("/state/m.room.encryption"u8) >= 0)
        {
            return Answer("404 Not Found", """{"errcode":"M_NOT_FOUND","error":"Event not found."}""");
        }

        // The payload is the text, so its first member stands escaped in it.
        var at = body.IndexOf(@"{\""n\"":"u8);
        if (path.IndexOf("/send/m.room.message/"u8) < 0 || at < 0)
        {
            return Answer("200 OK", Anything);
        }

        var digits = body[(at + @"{\""n\"":".Length)..];
        var number = int.Parse(digits[..digits.IndexOf((byte)',')], CultureInfo.InvariantCulture);
        ledger.Receive(number, null, Stopwatch.GetTimestamp());
        return Answer("200 OK", string.Create(CultureInfo.InvariantCulture, $$"""{"event_id":"${{number:D43}}"}"""));
    }

    private static byte[] Answer(string status, string body) =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
