using System.Text.Json;

namespace Bridge.Core.Endpoints;

/// <summary>Says in one line why something failed. Messages of exceptions that quote their input are not trusted with it.</summary>
internal static class FailureReason
{
    private const int Longest = 200;

    public static string Of(Exception failure) => failure switch
    {
        FormatException or JsonException or ArgumentException or KeyNotFoundException or InvalidCastException or NullReferenceException
            => $"a fault in the plugin ({failure.GetType().Name})",
        OperationCanceledException => "an operation was given up (timeout)",
        _ => OneLine(failure.Message),
    };

    private static string OneLine(string message)
    {
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? message : message[..end];
        return line.Length <= Longest ? line : string.Concat(line.AsSpan(0, Longest), "...");
    }
}
