using System.Text.Json;

namespace Bridge.Testing.Matrix;

/// <summary>Takes events into rooms as the server does.</summary>
internal sealed class Sending(World world)
{
    public RoomEvent Send(Room room, NewEvent wanted)
    {
        Membership.MustBeIn(room, wanted.Sender);
        Membership.MustReach(room, wanted.Sender, room.PowerNeeded(wanted.Type, wanted.StateKey is not null), "post that to the room");
        RefuseSecondReaction(room, wanted);
        RefuseThreadOnRelation(room, wanted);
        if (wanted.StateKey is { } key && room.State.TryGetValue((wanted.Type, key), out var current)
            && current.Sender == wanted.Sender && JsonElement.DeepEquals(current.Content, wanted.Content))
        {
            // Synapse makes no second event of a state that is there already.
            return current;
        }

        return world.Append(room, wanted);
    }

    /// <param name="wanted">What the caller put into it, a reason and more: Synapse keeps it all.</param>
    public RoomEvent Redact(Room room, string sender, string target, JsonElement? wanted, (string, string)? sentAs)
    {
        Membership.MustBeIn(room, sender);
        var redacted = room.Find(target);
        if (redacted?.Sender != sender)
        {
            Membership.MustReach(room, sender, room.Level("redact") ?? 50, "redact events");
        }

        // From version 11 on the target is in the content; Synapse shows both to clients of either.
        var content = wanted?.EnumerateObject().ToDictionary(field => field.Name, field => (object?)field.Value) ?? [];
        if (room.Version != "10")
        {
            content["redacts"] = target;
        }

        var redaction = world.Append(
            room, new NewEvent("m.room.redaction", sender, JsonSerializer.SerializeToElement(content)) { Redacts = target, SentAs = sentAs });
        redacted?.Redact(redaction.Id);
        return redaction;
    }

    private static void RefuseSecondReaction(Room room, NewEvent wanted)
    {
        var relation = RelationOf(wanted);
        if (relation is not { Kind: "m.annotation" } annotation)
        {
            return;
        }

        if (room.All.Any(other => other.Sender == wanted.Sender && other.Type == wanted.Type && other.Relation == annotation && other.RedactedBy is null))
        {
            throw new MatrixException(400, "M_DUPLICATE_ANNOTATION", "Can't send same reaction twice");
        }
    }

    private static void RefuseThreadOnRelation(Room room, NewEvent wanted)
    {
        if (RelationOf(wanted) is { Kind: "m.thread" } thread && room.Find(thread.Target)?.Relation?.Kind is not null)
        {
            throw new MatrixException(400, "M_UNKNOWN", "Cannot start threads from an event with a relation");
        }
    }

    private static (string? Kind, string Target, string? Key)? RelationOf(NewEvent wanted) =>
        wanted.Content.TryGetProperty("m.relates_to", out _)
            ? new RoomEvent { Id = "", RoomId = "", Type = wanted.Type, Sender = wanted.Sender, Content = wanted.Content, Timestamp = 0, Position = 0 }.Relation
            : null;
}
