using Bridge.Abstractions;
using Bridge.Plugin.Matrix.ApplicationService;
using Bridge.Plugin.Matrix.Ghosts;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix;

/// <summary>What is known of the homeserver and of ourselves once the endpoint has connected: one for each run.</summary>
internal sealed class Session(EndpointContext context, MatrixOptions options, MatrixClient client, IInbox inbox, Actor bot, Registration? registration, Secret? puppets)
{
    private bool _arePuppetsRefused;

    public EndpointContext Context { get; } = context;

    public MatrixOptions Options { get; } = options;

    public MatrixClient Client { get; } = client;

    /// <summary>Bridge's own voice.</summary>
    public Actor Bot { get; } = bot;

    public string ServerName { get; } = MatrixId.ServerOf(bot.UserId);

    /// <summary>Null when the endpoint is one account only.</summary>
    public Registration? Registration { get; } = registration;

    public bool HasGhosts => Registration is not null;

    public bool IsLocal(string userId) => MatrixId.ServerOf(userId) == ServerName;

    public bool IsGhost(string userId) => HasGhosts && GhostId.IsGhost(userId, Options.Ghosts.Prefix, ServerName);

    public bool IsOurs(string userId) => userId == Bot.UserId || IsGhost(userId);

    /// <summary>Null when that user cannot be spoken for.</summary>
    public Actor? ActorOf(string userId)
    {
        if (userId == Bot.UserId)
        {
            return Bot;
        }

        return IsGhost(userId) ? new Actor(userId, Registration!.AsToken, IsAssumed: true) : PuppetOf(userId);
    }

    public Actor? PuppetOf(string userId) =>
        Puppets is not null && MatrixId.IsUser(userId) && IsLocal(userId) && !IsOurs(userId) ? Puppets with { UserId = userId, IsAssumed = true } : null;

    /// <summary>The same, when the homeserver lets Bridge speak for him now.</summary>
    public Actor? SpeakingPuppetOf(string userId) => ArePuppetsRefused ? null : PuppetOf(userId);

    /// <summary>Who shows the token for people, and nobody's name; null when there is none.</summary>
    public Actor? Puppets { get; } = puppets is null ? null : new Actor("", puppets, IsAssumed: false) { IsPuppet = true };

    /// <summary>While the homeserver does not know the token for people, their ghosts speak for them.</summary>
    public bool ArePuppetsRefused
    {
        get => Volatile.Read(ref _arePuppetsRefused);
        set => Volatile.Write(ref _arePuppetsRefused, value);
    }

    /// <summary>Completes when the changes are durable.</summary>
    public ValueTask RememberAsync(params IReadOnlyList<StateChange> changes) => inbox.AcceptAsync(InboundBatch.Of(changes));

    /// <summary>Null: all is well.</summary>
    public void Impaired(string? why) => inbox.Impaired(why);

    public ValueTask AcceptAsync(InboundBatch batch) => inbox.AcceptAsync(batch);
}
