using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>Who read up to where: <c>{event: {"m.read": {user: {ts}}}}</c>. Private receipts are nobody else's business. Pure.</summary>
internal static class Receipts
{
    public static IEnumerable<(NativeId UpTo, string User, DateTimeOffset? At)> Of(JsonElement content) =>
        from entry in content.Members()
        where entry.Name.Length is > 1 and < 1000
        let readers = entry.Value.ObjectOf("m.read")
        where readers is not null
        from reader in readers.Value.Members()
        where reader.Name.Length is > 1 and < 1000
        select (new NativeId(entry.Name), reader.Name, TimeOf(reader.Value));

    private static DateTimeOffset? TimeOf(JsonElement receipt) =>
        receipt.NumberOf("ts") is { } ts and > 0 and < 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(ts) : null;
}
