using Bridge.Abstractions;
using Bridge.Plugin.Matrix.ApplicationService;
using Bridge.Plugin.Matrix.Ghosts;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix;

/// <summary>What must be so before anything is sent: the homeserver answers, knows our token, and the bot is there. Every failure says what to do.</summary>
internal static class Connecting
{
    public static async Task<Session> AsServiceAsync(EndpointContext context, MatrixOptions options, MatrixClient client, IInbox inbox, CancellationToken stopping)
    {
        var registration = await RegistrationOfAsync(context.Id, options, stopping);
        var puppets = await PuppetTokenAsync(options, stopping);
        await CheckVersionsAsync(client, stopping);
        var asService = new Actor("", registration.AsToken, IsAssumed: false);
        var userId = await WhoAmIAsync(client, asService, stopping);
        var session = new Session(context, options, client, inbox, asService with { UserId = userId }, registration, puppets);
        session.ArePuppetsRefused = session.Puppets is { } actor && await IsKnownAsync(client, actor, stopping) == false;
        await GhostBook.RegisterAsync(session, MatrixId.LocalpartOf(userId), stopping);
        return session;
    }

    public static async Task<Session> AsAccountAsync(EndpointContext context, MatrixOptions options, MatrixClient client, IInbox inbox, CancellationToken stopping)
    {
        await CheckVersionsAsync(client, stopping);
        var account = new Actor("", options.AccessToken!, IsAssumed: false);
        var userId = await WhoAmIAsync(client, account, stopping);
        return new Session(context, options, client, inbox, account with { UserId = userId }, registration: null, puppets: null);
    }

    /// <summary>Whose token the configuration gives.</summary>
    public static async Task<Actor> OurselvesAsync(EndpointId endpoint, MatrixOptions options, CancellationToken cancellationToken) =>
        new("", options.AccessToken ?? (await RegistrationOfAsync(endpoint, options, cancellationToken)).AsToken, IsAssumed: false);

    public static async Task<Registration> RegistrationOfAsync(EndpointId endpoint, MatrixOptions options, CancellationToken cancellationToken)
    {
        var appservice = options.Appservice!;
        return appservice.File is { } file
            ? await RegistrationFile.ReadAsync(file, "appservice.file", cancellationToken)
            : new Registration(appservice.Id ?? $"bridge-{endpoint.Value}", appservice.AsToken!, appservice.HsToken!, options.Bot.User);
    }

    public static async Task<string> CheckVersionsAsync(MatrixClient client, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(Paths.Versions, actor: null, cancellationToken);
        var newest = answer.ItemsOf("versions").Select(version => version.ToString()).Where(version => version.Length < 20).LastOrDefault();
        return newest ?? throw new IOException("what answers at 'homeserver' is no Matrix homeserver: it names no versions");
    }

    public static async Task<string> WhoAmIAsync(MatrixClient client, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.GetAsync(Paths.WhoAmI, actor, cancellationToken);
            return answer.TextOf("user_id") is { } userId && MatrixId.IsUser(userId) ? userId : throw new IOException("the homeserver does not say who we are");
        }
        catch (MatrixException failure) when (failure.IsBadToken || failure.IsForbidden)
        {
            throw new IOException(TokenRefused, failure);
        }
    }

    /// <summary>Whether the homeserver knows the token for people; null when it does not say.</summary>
    public static async Task<bool?> IsKnownAsync(MatrixClient client, Actor puppets, CancellationToken cancellationToken)
    {
        try
        {
            await client.GetAsync(Paths.WhoAmI, puppets, cancellationToken);
            return true;
        }
        catch (MatrixException failure)
        {
            return failure.IsPuppetRefused ? false : null;
        }
    }

    /// <summary>As the start would find it.</summary>
    public static async Task<bool> ArePuppetsRefusedAsync(MatrixClient client, MatrixOptions options, CancellationToken cancellationToken) =>
        await PuppetTokenAsync(options, cancellationToken) is { } token
        && await IsKnownAsync(client, new Actor("", token, IsAssumed: false) { IsPuppet = true }, cancellationToken) == false;

    public const string PuppetsRefused = "nobody is spoken for: the homeserver does not know the token of double_puppets";

    public const string PuppetsCure = "give it the second registration file that 'bridge registration' wrote (double_puppets), and restart it";

    /// <summary>Only a change of the configuration helps.</summary>
    public const string TokenRefused =
        "the homeserver does not know the token: give it the registration file that 'bridge registration' wrote, and restart it (a lone account: renew access_token)";

    private static async Task<Secret?> PuppetTokenAsync(MatrixOptions options, CancellationToken cancellationToken) => options.DoublePuppets switch
    {
        { File: { } file } => (await RegistrationFile.ReadAsync(file, "double_puppets.file", cancellationToken)).AsToken,
        { AsToken: { } token } => token,
        _ => null,
    };
}
