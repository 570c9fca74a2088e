using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Ghosts;

/// <summary>
/// Names and pictures of ours, as the homeserver is told them. Some homeservers do not let them be set. Neither is worth a message: that is said
/// once, and each name and picture tried again in the next run.
/// </summary>
internal sealed class Profiles(Session session)
{
    private const string Refusal = "the homeserver does not let a name or a picture be set: people of other networks may be shown by their ids "
        + "(Synapse: enable_set_displayname, enable_set_avatar_url)";

    private const string BotNameKey = "bot/name";
    private const int MostRemembered = 2_000;

    private readonly ConcurrentDictionary<(string Path, string Value), bool> _refused = new();
    private int _said;

    /// <summary>Told once for each name, and again when it changes.</summary>
    public async Task NameBotAsync(CancellationToken cancellationToken)
    {
        var name = Encoding.UTF8.GetBytes(session.Options.Bot.Name);
        if (await session.Context.State.GetAsync(BotNameKey, cancellationToken) is { } told && told.Span.SequenceEqual(name))
        {
            return;
        }

        if (await TryNameAsync(session.Bot, session.Options.Bot.Name, cancellationToken))
        {
            await session.RememberAsync(new StateChange(BotNameKey, name));
        }
    }

    public Task<bool> TryNameAsync(Actor actor, string name, CancellationToken cancellationToken) =>
        TrySetAsync(Paths.DisplayName(actor.UserId), actor, "displayname", name, cancellationToken);

    public Task<bool> TryPictureAsync(Actor actor, string address, CancellationToken cancellationToken) =>
        TrySetAsync(Paths.AvatarUrl(actor.UserId), actor, "avatar_url", address, cancellationToken);

    /// <summary>False when the homeserver does not let it be set. Limits, outages, a bad token and a user who is not ours are thrown.</summary>
    private async Task<bool> TrySetAsync(string path, Actor actor, string field, string value, CancellationToken cancellationToken)
    {
        if (_refused.ContainsKey((path, value)))
        {
            return false;
        }

        try
        {
            await session.Client.PutAsync(path, actor, new JsonObject { [field] = value }, cancellationToken);
            return true;
        }
        catch (MatrixException failure) when (
            !failure.IsLimit && !failure.IsOutage && !failure.IsBadToken && failure.Code != MatrixException.Exclusive)
        {
            Refused(path, value);
            return false;
        }
    }

    private void Refused(string path, string value)
    {
        if (_refused.Count >= MostRemembered)
        {
            _refused.Clear();
        }

        _refused[(path, value)] = true;
        if (Interlocked.Exchange(ref _said, 1) == 0)
        {
            session.Context.Report(Refusal);
        }
    }
}
