using System.ComponentModel;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix;

/// <summary>The options of one Matrix endpoint: an application service of a homeserver (<see cref="Appservice"/>), or one account on it (<see cref="AccessToken"/>).</summary>
public sealed record MatrixOptions
{
    [Description("The homeserver's client-server API: https://matrix.example.org.")]
    public required Uri Homeserver { get; init; }

    [Description("The name in its users' ids, after the colon. Only 'bridge registration' needs it, and only while the homeserver does not answer.")]
    [Example("example.org")]
    public string? ServerName { get; init; }

    [Description("Works as an application service: with ghosts for people of other networks, rooms of its own and no limits. For those who run the homeserver.")]
    public AppserviceOptions? Appservice { get; init; }

    [Description("Instead of appservice: the access token of one account, which says everything itself.")]
    public Secret? AccessToken { get; init; }

    [Description("End-to-end encryption: off. The others are names for what is still to come, and refused.")]
    public EncryptionMode Encryption { get; init; } = EncryptionMode.Off;

    [Description("The Matrix users that stand for people of other networks (application service only).")]
    public GhostOptions Ghosts { get; init; } = new();

    [Description("The account that Bridge itself speaks with.")]
    public BotOptions Bot { get; init; } = new();

    [Description("Lets Bridge speak as people themselves where the configuration knows them (people:), so that what they write elsewhere is theirs here too.")]
    public PuppetOptions? DoublePuppets { get; init; }

    [Description("The largest file that is taken from a room or put into one. The homeserver's own limit holds too.")]
    [Example("20MB")]
    public ByteSize MaxMedia { get; init; } = new(100_000_000);

    [Description("The rooms that Bridge makes.")]
    public RoomOptions Rooms { get; init; } = new();

    [Description("Whose invitations the bot accepts: local (users of the same homeserver), anyone or nobody.")]
    public InviteOptions Invitations { get; init; } = InviteOptions.Local;

    [Description("After how long a silence Bridge tries whether it still hears: the bot says something in a room of its own, and waits for it. 0 turns it off.")]
    public TimeSpan SelfTest { get; init; } = TimeSpan.FromMinutes(10);

    [Description("Also tells what became of each message in an event beside it (com.beeper.message_send_status). Failures are always told, as a notice.")]
    public bool StatusEvents { get; init; }
}

/// <summary>Who the application service is. Either a registration file that the homeserver reads too, or its contents.</summary>
public sealed record AppserviceOptions
{
    [Description("The registration file that 'bridge registration' writes and the homeserver reads. It holds everything else here.")]
    [Example("/etc/bridge/registration.yaml")]
    public FileInfo? File { get; init; }

    [Description("The application service's id, unique at the homeserver. Without it: bridge-<endpoint>.")]
    [Example("bridge-matrix")]
    public string? Id { get; init; }

    [Description("The token that Bridge shows the homeserver.")]
    public Secret? AsToken { get; init; }

    [Description("The token that the homeserver shows Bridge.")]
    public Secret? HsToken { get; init; }

    [Description("Where the homeserver reaches Bridge, such as http://127.0.0.1:8480/endpoints/matrix. Without it: http.public_url, or else http.listen, and /endpoints/<endpoint>.")]
    public Uri? Url { get; init; }
}

/// <summary>Names of ghosts.</summary>
public sealed record GhostOptions
{
    [Description("How their user ids begin. Changing it makes new ghosts; the old ones stay.")]
    [Example("bridge_")]
    public string Prefix { get; init; } = "bridge_";

    [Description("What they are called. Known: {{ sender.name }}, {{ sender.id }} and {{ endpoint }}.")]
    [Example("{{ sender.name }} ({{ endpoint }})")]
    public string Name { get; init; } = "{{ sender.name }}";
}

/// <summary>The bot.</summary>
public sealed record BotOptions
{
    [Description("The first part of its user id (application service only).")]
    [Example("bridge")]
    public string User { get; init; } = "bridge";

    [Description("What it is called.")]
    [Example("Bridge")]
    public string Name { get; init; } = "Bridge";
}

/// <summary>A second registration, whose namespace is everybody and to which nothing is sent.</summary>
public sealed record PuppetOptions
{
    [Description("The registration file that 'bridge registration' writes and the homeserver reads.")]
    [Example("/etc/bridge/puppets.yaml")]
    public FileInfo? File { get; init; }

    [Description("Its token.")]
    public Secret? AsToken { get; init; }
}

/// <summary>New rooms.</summary>
public sealed record RoomOptions
{
    [Description("The version of new rooms; without it the homeserver's default.")]
    [Example("12")]
    public string? Version { get; init; }
}

/// <summary>End-to-end encryption.</summary>
public enum EncryptionMode
{
    /// <summary>Rooms must not be encrypted.</summary>
    Off,

    /// <summary>Still to come.</summary>
    Allowed,

    /// <summary>Still to come.</summary>
    Required,
}

/// <summary>Whose invitations are accepted.</summary>
public enum InviteOptions
{
    /// <summary>Of users of the same homeserver.</summary>
    Local,

    /// <summary>Of everybody.</summary>
    Anyone,

    /// <summary>Of nobody.</summary>
    Nobody,
}
