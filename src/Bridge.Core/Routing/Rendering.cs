using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>What a route makes of one event, before it is known who hears it.</summary>
/// <param name="Content">Null: the event itself.</param>
/// <param name="Problem">Why it cannot be said; null when it can.</param>
internal sealed record Rendering(string Key, string Fingerprint, BridgeEvent? Content, string Text, string? Problem)
{
    // One for all forwards: an address gets an event itself once, whoever asks for it.
    internal const string Forward = "forward";

    public static Rendering Of(Turn turn)
    {
        var config = turn.Route.Config;
        if (config.Text is { } template)
        {
            var text = template.Render(turn.Scope(BeginningAlert(turn)), turn.Trace);
            var fingerprint = Routing.Fingerprint.Of(text);
            return new Rendering(
                KeyOf(turn, fingerprint), fingerprint, MessagePosted.Of(text), text, string.IsNullOrWhiteSpace(text) ? "its text came out empty" : null);
        }

        if (config.Payload is { } payload)
        {
            var bytes = payload.Render(turn.Scope(BeginningAlert(turn)), turn.Trace);
            var fingerprint = Routing.Fingerprint.Of(bytes);
            return new Rendering(KeyOf(turn, fingerprint), fingerprint, new DataReported(new Payload(bytes), payload.IsText ? null : "application/json"), "", null);
        }

        return new Rendering(KeyOf(turn, turn.Facts.Fingerprint), Forward, null, "", null);
    }

    /// <summary>A line of Bridge's own about this event.</summary>
    public static Notice OfText(Turn turn, string key, string text) =>
        new Rendering(key, Routing.Fingerprint.Of(text), MessagePosted.Of(text), text, Problem: null).To(turn, default, turn.Route.Config.Severity);

    /// <summary>As written; else the source address of a keyed state; else what is said.</summary>
    public static string KeyOf(Turn turn, string said = "") =>
        turn.Route.Config.Key is { } key ? key.Render(turn.Scope(), turn.Trace)
        : turn.Route.IsKeyedBySource ? turn.Facts.Inbound.Address.Full
        : said;

    public Notice To(Turn turn, EquatableArray<Target> targets) =>
        To(turn, targets, turn.Route.IsForward ? turn.Facts.Inbound.Severity ?? turn.Route.Config.Severity : turn.Route.Config.Severity);

    private Notice To(Turn turn, EquatableArray<Target> targets, Severity severity) => new()
    {
        Key = Key,
        CooldownKey = CooldownKeyOf(turn, Key),
        Text = Text,
        Content = Content,
        Fingerprint = Fingerprint,
        Targets = targets,
        Severity = severity,
        Source = turn.Facts.Inbound.Address,
        Sender = turn.Facts.Inbound.Sender,
        OccurredAt = turn.Facts.OccurredAt,
        Expires = turn.Facts.Inbound.Expires,
        Hops = turn.Facts.Inbound.Hops + 1,
    };

    private static string CooldownKeyOf(Turn turn, string key) =>
        turn.Route.Cooldown?.Per is { } per ? per.Render(turn.Scope(), turn.Trace) : key;

    // A state that begins now; its key may depend on the text, so it is not known yet unless it was written.
    private static AlertFacts? BeginningAlert(Turn turn) =>
        turn.Route.IsKeyedBySource ? new AlertFacts(KeyOf(turn), turn.Draft.Now) : null;
}
