using System.Text.Json;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>
/// What of a room happened while the account was there. Whoever comes into a room is shown what was said in it before, by the hundred and as if it were new, and
/// it was not said to him. State counts from before, too: it says what is. Pure.
/// </summary>
internal static class Stay
{
    /// <param name="timeline">Of one room, oldest first.</param>
    /// <param name="account">Whose stay.</param>
    public static IEnumerable<Told> Within(List<Told> timeline, string account)
    {
        var came = ComingIn(timeline, account);
        return timeline.Where((told, at) => at >= came || (told.Value.Get("state_key") is not null && !IsOf(account, told.Value)));
    }

    /// <summary>Whether what lies before this was before the account came.</summary>
    public static bool BeginsIn(List<Told> timeline, string account) => ComingIn(timeline, account) >= 0;

    /// <summary>The account's last own event before which it was not there; -1: it was there all the time.</summary>
    private static int ComingIn(List<Told> timeline, string account) => timeline.FindLastIndex(told => IsOf(account, told.Value) && !WasThereBefore(told.Value));

    private static bool IsOf(string account, JsonElement value) => value.TextOf("type") == "m.room.member" && value.TextOf("state_key") == account;

    /// <summary>A new name is no arrival. Of a first membership there is nothing before it.</summary>
    private static bool WasThereBefore(JsonElement member) => member.ObjectOf("unsigned")?.ObjectOf("prev_content") is { } before
        ? before.TextOf("membership") == "join"
        : member.ObjectOf("content")?.TextOf("membership") is "leave" or "ban";
}
