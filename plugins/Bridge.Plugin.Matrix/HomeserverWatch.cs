using System.Text.Json.Nodes;
using System.Threading.Channels;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.ApplicationService;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix;

/// <summary>
/// Whether the homeserver is there. HTTP has no connection that could be lost, so it is asked now and then, and at once when a request got no answer. And
/// whether it reaches us, which only it can say (ping); that alone stops nothing, since what is owed to people can still be sent.
/// </summary>
internal sealed class HomeserverWatch(Session session, Registration? registration)
{
    private const string Reaches = "the homeserver reaches Bridge";
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Channel<MatrixException> _trouble = Channel.CreateBounded<MatrixException>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private string? _pinged;

    /// <summary>From any thread.</summary>
    public void Tell(MatrixException trouble) => _trouble.Writer.TryWrite(trouble);

    /// <summary>Ends by an exception: the homeserver is not there, or refuses the token.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await PingAsync(stopping);
            var trouble = await NextAsync(stopping);
            if (trouble is { IsBadToken: true })
            {
                throw new IOException(Connecting.TokenRefused, trouble);
            }

            await session.Client.SendAsync(HttpMethod.Get, Paths.Versions, actor: null, body: null, stopping, s_patience);
        }
    }

    /// <summary>What went wrong; null when nothing did for a while.</summary>
    private async Task<MatrixException?> NextAsync(CancellationToken stopping)
    {
        using var pause = new CancellationTokenSource(s_interval, session.Context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, stopping);
        try
        {
            return await _trouble.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task PingAsync(CancellationToken stopping)
    {
        if (registration is null || _pinged == Reaches)
        {
            return;
        }

        string found;
        try
        {
            var body = new JsonObject { ["transaction_id"] = "bridge" };
            await session.Client.SendAsync(HttpMethod.Post, Paths.Ping(registration.Id), session.Bot, body, stopping, s_patience);
            found = Reaches;
        }
        catch (MatrixException failure)
        {
            found = failure switch
            {
                { Code: "M_URL_NOT_SET" } => "nothing is heard from Matrix: the registration at the homeserver has no url",
                { Code: "M_CONNECTION_FAILED" or "M_CONNECTION_TIMEOUT" } => "nothing is heard from Matrix: the homeserver cannot reach the registration's url (is 'http:' configured, and reachable from there?)",
                { Code: "M_BAD_STATUS" } => "nothing is heard from Matrix: what answers at the registration's url is not this endpoint, or the hs_token is another",
                { Status: 404 or 405 } => Reaches, // too old a homeserver to be asked
                _ => "whether the homeserver reaches Bridge is not known: it did not answer the question",
            };
        }

        if (found != _pinged && !(found == Reaches && _pinged is null))
        {
            session.Context.Report(found);
        }

        _pinged = found;
    }
}
