using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Bridge.Plugin.Matrix.Protocol;

/// <summary>Reads what an unsuccessful answer says. Pure.</summary>
internal static class ErrorAnswer
{
    private const int LongestCode = 64;

    /// <summary>No server means a longer wait than this; what is above is an error.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(2);

    public static MatrixException Of(int status, RetryConditionHeaderValue? header, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var (code, wait, alreadyThere) = Read(body);
        return new MatrixException(status, code, FromHeader(header, now) ?? wait) { IsAlreadyThere = alreadyThere };
    }

    /// <summary>The header is the rule; older servers have only the field in the body.</summary>
    private static TimeSpan? FromHeader(RetryConditionHeaderValue? header, DateTimeOffset now) =>
        (header?.Delta ?? (header?.Date is { } date ? date - now : null)) is { } wait ? Bounded(wait) : null;

    private static TimeSpan Bounded(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > s_longestWait ? s_longestWait : wait;

    private static (string? Code, TimeSpan? Wait, bool AlreadyThere) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            var answer = JsonElement.ParseValue(ref reader);
            if (answer.ValueKind != JsonValueKind.Object)
            {
                return (null, null, false);
            }

            return (CodeOf(answer), WaitOf(answer), answer.TextOf("error")?.Contains("already in the room", StringComparison.OrdinalIgnoreCase) ?? false);
        }
        catch (JsonException)
        {
            return (null, null, false); // a proxy's page
        }
    }

    private static string? CodeOf(JsonElement answer) =>
        answer.TextOf("errcode") is { Length: > 0 and <= LongestCode } code && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.') ? code : null;

    private static TimeSpan? WaitOf(JsonElement answer)
    {
        if (answer.Get("retry_after_ms") is not { } field)
        {
            return null;
        }

        var milliseconds = field.ValueKind switch
        {
            JsonValueKind.Number when field.TryGetDouble(out var number) => number,
            JsonValueKind.String when double.TryParse(field.Text(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) => number,
            _ => double.NaN,
        };
        return double.IsNaN(milliseconds) ? null : TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, s_longestWait.TotalMilliseconds));
    }
}
