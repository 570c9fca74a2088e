using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>Sends events, takes them back, and tells of one.</summary>
internal sealed class EventCalls(World world, Sending sending, InPassing passing, TransactionMemory memory)
{
    public IEnumerable<Route> Routes =>
    [
        new("PUT", "_matrix/client/v3/rooms/{}/send/{}/{}", Operation.Send, Send),
        new("PUT", "_matrix/client/v3/rooms/{}/redact/{}/{}", Operation.Redact, Redact),
        new("PUT", "_matrix/client/v3/rooms/{}/state/{}/**", Operation.SetState, SetState),
        new("GET", "_matrix/client/v3/rooms/{}/state", Operation.GetState, AllState),
        new("GET", "_matrix/client/v3/rooms/{}/state/{}/**", Operation.GetState, GetState),
        new("GET", "_matrix/client/v3/rooms/{}/event/{}", Operation.GetEvent, GetEvent),
        new("POST", "_matrix/client/v3/rooms/{}/receipt/{}/{}", Operation.Receipt, Receipt),
        new("POST", "_matrix/client/v3/rooms/{}/read_markers", Operation.ReadMarkers, ReadMarkers),
        new("PUT", "_matrix/client/v3/rooms/{}/typing/{}", Operation.Typing, Typing),
    ];

    private Answer Send(MatrixCall call) => Answer.Ok(new
    {
        event_id = memory.Once(call, () =>
        {
            var wanted = new NewEvent(call[1], call.Requester, call.Json()) { SentAs = SentAs(call, call[2]), Timestamp = Massaged(call) };
            return sending.Send(RoomIn(call), wanted).Id;
        }),
    });

    private Answer Redact(MatrixCall call) => Answer.Ok(new
    {
        event_id = memory.Once(call, () => sending.Redact(RoomIn(call), call.Requester, call[1], call.Json(), SentAs(call, call[2])).Id),
    });

    private Answer SetState(MatrixCall call)
    {
        var wanted = new NewEvent(call[1], call.Requester, call.Json()) { StateKey = StateKey(call), Timestamp = Massaged(call) };
        return Answer.Ok(new { event_id = sending.Send(RoomIn(call), wanted).Id });
    }

    private Answer AllState(MatrixCall call) =>
        Answer.Ok(world.RoomFor(call.Requester, call[0]).State.Values.Select(state => state.ToJson(world.Now)).ToArray());

    private Answer GetState(MatrixCall call) => world.RoomFor(call.Requester, call[0]).State.TryGetValue((call[1], StateKey(call)), out var state)
        ? Answer.Ok(state.Content) : throw MatrixException.NotFound("Event not found.");

    private Answer GetEvent(MatrixCall call) => world.RoomFor(call.Requester, call[0]).Find(call[1]) is { } found
        ? Answer.Ok(found.ToJson(world.Now, call.Token)) : throw MatrixException.NotFound("Event not found.");

    private Answer Receipt(MatrixCall call)
    {
        passing.Receive(RoomIn(call), call.Requester, call[1], call[2], call.Text("thread_id"));
        return Answer.Empty;
    }

    private Answer ReadMarkers(MatrixCall call)
    {
        foreach (var kind in (string[])["m.read", "m.read.private"])
        {
            if (call.Text(kind) is { } eventId)
            {
                passing.Receive(RoomIn(call), call.Requester, kind, eventId, null);
            }
        }

        return Answer.Empty;
    }

    private Answer Typing(MatrixCall call)
    {
        if (call[1] != call.Requester)
        {
            throw MatrixException.Forbidden("Cannot set another user's typing state");
        }

        passing.Type(RoomIn(call), call.Requester, call.Json().TryGetProperty("typing", out var typing) && typing.ValueKind == JsonValueKind.True);
        return Answer.Empty;
    }

    private Room RoomIn(MatrixCall call) => world.Rooms.GetValueOrDefault(call[0])
        ?? throw MatrixException.Forbidden($"User {call.Requester} not in room {call[0]} (None)");

    private static string StateKey(MatrixCall call) => call.Names.Count > 2 ? call[2] : "";

    private static (string, string)? SentAs(MatrixCall call, string transactionId) => (call.Token!, transactionId);

    // Timestamps are massaged for application services; of ordinary users the parameter is ignored in silence.
    private static long? Massaged(MatrixCall call) =>
        call.Service is not null && call.Query.TryGetValue("ts", out var text) && long.TryParse(text, out var at) ? at : null;
}
