using System.Text.Json.Nodes;
using Bridge.Plugin.Matrix.Mapping;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Plugin.Matrix.Rooms;

namespace Bridge.Plugin.Matrix;

/// <summary>
/// Tries the whole way there and back: the bot says something in a room of its own, and waits to hear it. A ping shows only that the homeserver reaches us;
/// homeservers have been seen to bring typing and no messages. Not tried while something else is heard.
/// </summary>
internal sealed class SelfTest(Session session, RoomMaker maker)
{
    private const string Type = "bridge.self_test";
    private const string Word = "word";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private long _heardAt;
    private bool _everHeard;
    private string? _word;
    private TaskCompletionSource _back = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _number;

    /// <summary>Every event that comes, before anything else is done with it.</summary>
    public void Hear(RoomEvent happened)
    {
        Volatile.Write(ref _heardAt, session.Context.Clock.GetTimestamp());
        Volatile.Write(ref _everHeard, true);
        if (happened.Type == Type && happened.Sender == session.Bot.UserId && happened.Content.TextOf(Word) == Volatile.Read(ref _word))
        {
            _back.TrySetResult();
        }
    }

    public bool IsDue =>
        session.Options.SelfTest > TimeSpan.Zero
        && (!Volatile.Read(ref _everHeard) || session.Context.Clock.GetElapsedTime(Volatile.Read(ref _heardAt)) >= session.Options.SelfTest);

    /// <summary>False when the word did not come back.</summary>
    public async Task<bool> PassesAsync(CancellationToken stopping)
    {
        var word = $"{session.Context.Clock.GetUtcNow().ToUnixTimeMilliseconds()}-{++_number}";
        var back = _back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _word, word);
        var room = await maker.OwnRoomAsync("selftest", stopping);
        await session.Client.PutAsync(Paths.Send(room, Type, word, occurredAt: null), session.Bot, new JsonObject { [Word] = word }, stopping);
        try
        {
            await back.Task.WaitAsync(s_patience, session.Context.Clock, stopping);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
