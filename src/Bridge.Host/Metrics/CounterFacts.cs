using System.Collections.Frozen;

namespace Bridge.Host.Metrics;

/// <summary>What a counter counts: for people, and as a metric.</summary>
/// <param name="Name">As it is counted.</param>
/// <param name="Words">What it counts.</param>
/// <param name="Labels">What its label says; two where it is <c>one: two</c>.</param>
internal sealed record CounterFact(string Name, string Words, params string[] Labels);

/// <summary>Every counter there is, in the order in which people see them.</summary>
internal static class CounterFacts
{
    public const string CommitTime = "store.commit_microseconds";

    public static IReadOnlyList<CounterFact> All { get; } =
    [
        new("intake.accepted", "events stored", "endpoint"),
        new("intake.unrouted", "data that no route concerned", "endpoint"),
        new("intake.duplicates", "repeats recognised", "endpoint"),
        new("intake.held_for_answer", "arrivals held back while something was being sent to their address", "outcome"),
        new("intake.echoes", "echoes of our own recognised", "endpoint"),
        new("intake.typing_not_routed", "typing notices that no link carries", "endpoint"),
        new("intake.started_over", "batches refused, to be sent again"),
        new("routing.verdicts", "verdicts of routes", "verdict"),
        new("routing.silenced", "events that a silenced route or link said nothing of", "route"),
        new("routing.relations", "edits, deletes and reactions that came before their message", "outcome"),
        new("routing.destinations_not_built", "destinations that could not be built", "route"),
        new("routing.memory_full", "keys not remembered: too many", "route"),
        new("routing.memory_unreadable", "memories that could not be read"),
        new("routing.failures", "inputs on which the rules failed", "error"),
        new("links.portals_opened", "conversations made for portals", "endpoint"),
        new("links.portals_refused", "conversations that a network refused to make", "endpoint"),
        new("links.history", "messages from before a portal or a link was made", "endpoint"),
        new("links.history_missed", "links that went on without what was said before them", "link"),
        new("links.outcomes_told", "times people were told what became of a message", "endpoint", "outcome"),
        new("links.typing", "typing notices passed on", "endpoint"),
        new("links.steered", "things changed at run time", "what"),
        new("links.steering_refused", "things refused at run time", "what"),
        new("links.shared", "links made at run time that share an address with one of the configuration", "link"),
        new("delivery.delivered", "delivered", "endpoint"),
        new("delivery.sent", "sent, report expected", "endpoint"),
        new("delivery.read", "read", "endpoint"),
        new("delivery.deferred", "attempts put off", "endpoint"),
        new("delivery.uncertain", "became uncertain", "endpoint"),
        new("delivery.partial", "became partial", "endpoint"),
        new("delivery.failed", "failed", "endpoint"),
        new("delivery.expired", "expired", "endpoint"),
        new("delivery.superseded", "superseded by an edit", "endpoint"),
        new("delivery.cancelled", "cancelled by a delete", "endpoint"),
        new("delivery.dropped", "dropped", "endpoint"),
        new("delivery.pending", "taken up again by a person", "endpoint"),
        new("delivery.steered", "by a person", "wish"),
        new("delivery.parkings", "times deliveries were parked", "endpoint"),
        new("delivery.held", "times a limit held deliveries back", "endpoint"),
        new("delivery.unwanted", "not sent: whoever is there asked not to be written to", "endpoint"),
        new("delivery.results_not_recorded", "results that could not be stored at once"),
        new("delivery.lane_not_read", "times deliveries could not be read", "endpoint"),
        new("delivery.report_unmatched", "reports on something unknown"),
        new("delivery.report_waits", "reports that wait for the next start"),
        new("delivery.report_unreadable", "reports that could not be read"),
        new("delivery.endpoint_misbehaved", "faults of the plugin", "endpoint"),
        new("delivery.faults", "faults of our own in delivery", "endpoint"),
        new("endpoint.connected", "times connected", "endpoint"),
        new("endpoint.lost", "times the connection was lost or refused", "endpoint"),
        new("endpoint.adapted", "changed settings taken over without a restart", "endpoint"),
        new("endpoint.dropped", "dropped on arrival", "endpoint", "reason"),
        new("endpoint.hung", "times it did not stop in time", "endpoint"),
        new("http.endpoint_calls", "HTTP requests that endpoints answered", "endpoint", "answer"),
        new("http.endpoint_failures", "HTTP requests on which an endpoint failed", "endpoint"),
        new("http.api_calls", "requests to the management API", "token", "answer"),
        new("http.refused", "HTTP requests turned away before that", "reason"),
        new("commands.done", "commands of management conversations that were done", "command"),
        new("commands.denied", "commands that were not done", "reason"),
        new("sealing.cannot_open", "stored things that cannot be opened", "reason"),
        new("storage.expired", "expired by storage.keep", "what"),
        new("storage.expiry_failures", "times storage.keep could not be followed"),
        new("keys.expired", "keys destroyed, their period being over"),
        new("keys.shredded", "events shredded"),
        new("keys.rotations", "rotations of the keys"),
        new("keys.slots_added", "key slots added"),
        new("keys.slots_removed", "key slots removed"),
        new("store.commits", "commits"),
        new("store.writes", "writes, of which a commit takes many"),
        new(CommitTime, "time spent committing"),
        new("store.failures", "writes that failed", "reason"),
        new("store.recoveries", "times the store worked again"),
        new("store.orphans", "unfinished files removed"),
        new("store.restored", "restored from a backup"),
        new("store.damaged_logs", "write-ahead logs found damaged", "database"),
        new("store.migrations", "schema changes of a new version", "database"),
        new("keys.unlocked", "times the key was unlocked", "source"),
    ];

    private static readonly FrozenDictionary<string, CounterFact> s_byName = All.DistinctBy(fact => fact.Name).ToFrozenDictionary(fact => fact.Name, StringComparer.Ordinal);

    /// <summary>One that is not listed is a metric all the same.</summary>
    public static CounterFact Of(string name) => s_byName.GetValueOrDefault(name) ?? new CounterFact(name, name.Replace('.', ' ').Replace('_', ' '), "label");
}
