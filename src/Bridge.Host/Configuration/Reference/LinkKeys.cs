using Bridge.Host.Configuration.Binding;
using static Bridge.Host.Configuration.Reference.Scalars;

namespace Bridge.Host.Configuration.Reference;

/// <summary>The keys of people, groups and of one entry of <c>links</c>.</summary>
internal static class LinkKeys
{
    public static KeyType People { get; } = new KeyType.MapOf("name", new KeyType.Map(
    [
        new("addresses", CoreKeys.ListOrOne(Address), "Where the person is, the preferred address first.")
            { IsRequired = true, Example = "[\"matrix:@anna:example.org\", \"modem:+491700000001\"]" },
    ]));

    public static KeyType Groups { get; } = new KeyType.MapOf("name", CoreKeys.ListOrOne(Name));

    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        new("id", Name, "Its name in logs, `explain`, `trace` and metrics; no route may have the same.") { IsRequired = true, Example = "plumber" },
        new("between", new KeyType.ListOf(Pattern), "Two addresses or more that are one conversation. With `*` at both ends of two: a portal for every conversation of the one network at the other.")
            { IsRequired = true, Example = "[\"matrix:!plumber:example.org\", \"modem:+4930123456\"]" },
        new("when", Expression, "What is said passes when this is true.") { Default = "always", Example = "not startsWith(message.text, \"!\")" },
        new("by", CoreKeys.ListOrOne(Name), "The people and groups who may send through it; whom an address itself names always may.") { Default = "everybody", Example = "family" },
        new("portal", new KeyType.Map(
        [
            new("create", new KeyType.Choice([.. LinkBinder.Creations.Keys]), "When a conversation is made: with the first message, or when somebody asks for it.") { Default = "on_message" },
            new("invite", CoreKeys.ListOrOne(Name), "The people and groups who are in every conversation that is made. It is made at the side where they have an address.")
                { Default = "nobody", Example = "[anna]" },
            new("name", Template, "What a conversation is called; sees `chat.title`, `sender`, `chat`.") { Default = "as the other side calls it", Example = "\"{{ chat.title }} (SMS)\"" },
            new("backfill", WholeNumber, "How many earlier messages are brought over first, where the network keeps them.") { Default = "0", Example = "50" },
        ]), "How the conversations of `*` come to be."),
        new("relay", new KeyType.Map(
        [
            new("label", Template, "Put before a text where the other side cannot show who speaks.") { IsRequired = true, Example = "\"{{ sender.name }}: \"" },
        ]), "How it is said who speaks."),
        new("deletes", new KeyType.Choice([.. LinkBinder.DeletePolicies.Keys]), "Where the delete of a message goes: to your own devices, across networks too, or nowhere.") { Default = "devices", Example = "everywhere" },
        new("receipts", Flag, "Whether read receipts are carried.") { Default = "true", Example = "false" },
        new("typing", Flag, "Whether typing notices are carried.") { Default = "true", Example = "false" },
        new("media", new KeyType.Map([new("max", Size, "A larger attachment becomes a line with its name and size.") { Example = "50MB" }]), "What is carried of attachments."),
        new("history", WholeNumber, "How many earlier messages of each fixed address come to the others first, when the link is new. For `*` it is `portal.backfill`.")
            { Default = "0", Example = "50" },
        new("include_bots", Flag, "Whether what bots say is carried.") { Default = "false", Example = "true" },
        new("expiry", Duration, "A delivery that waited longer is not sent any more.") { Default = "none", Example = "1h" },
        new("retry", new KeyType.Map(
        [
            new("for", Duration, "How long a failed delivery is tried again.") { Default = "1d", Example = "2d" },
            new("uncertain", Flag, "Send again when nobody knows whether it arrived, at the risk of a double message.") { Default = "false" },
        ]), "How stubborn a delivery is."),
    ];
}
