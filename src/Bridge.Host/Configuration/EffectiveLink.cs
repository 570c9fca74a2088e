using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Host.Configuration.Binding;

namespace Bridge.Host.Configuration;

/// <summary>People and links with their defaults written out, in the order in which the reference lists the keys.</summary>
internal static class EffectiveLink
{
    public static JsonObject People(People people) => new(people.All.Select(person => KeyValuePair.Create(
        person.Id, (JsonNode?)new JsonObject { ["addresses"] = List(person.Addresses.Select(address => address.Full)) })));

    public static JsonNode Of(LinkConfig link)
    {
        var json = new JsonObject { ["id"] = link.Id, ["between"] = List(link.Between.Select(side => side.ToString())) };
        void Set(string key, JsonNode? value)
        {
            if (value is not null)
            {
                json[key] = value;
            }
        }

        Set("when", link.When?.Source);
        Set("by", link.By.Count > 0 ? List(link.By) : null);
        Set("portal", link.Portal is { } portal ? Portal(portal) : null);
        Set("relay", link.Label is { } label ? new JsonObject { ["label"] = label.Source } : null);
        json["deletes"] = Word(LinkBinder.DeletePolicies, link.Deletes);
        json["receipts"] = link.Receipts;
        json["typing"] = link.Typing;
        Set("media", link.MaxMedia is { } most ? new JsonObject { ["max"] = new ByteSize(most).ToString() } : null);
        Set("history", link.History > 0 ? link.History : null);
        json["include_bots"] = link.IncludeBots;
        Set("expiry", link.Expiry is { } expiry ? TextValues.Show(expiry) : null);
        json["retry"] = new JsonObject { ["for"] = TextValues.Show(link.Retry.For), ["uncertain"] = link.Retry.Uncertain };
        return json;
    }

    private static JsonObject Portal(PortalConfig portal)
    {
        var json = new JsonObject { ["create"] = Word(LinkBinder.Creations, portal.Create) };
        if (portal.Invite.Count > 0)
        {
            json["invite"] = List(portal.Invite);
        }

        if (portal.Name is { } name)
        {
            json["name"] = name.Source;
        }

        if (portal.Backfill > 0)
        {
            json["backfill"] = portal.Backfill;
        }

        return json;
    }

    private static string Word<T>(IReadOnlyDictionary<string, T> words, T value)
        where T : struct => words.First(word => word.Value.Equals(value)).Key;

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
