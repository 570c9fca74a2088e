using System.Text.Json.Nodes;
using System.Threading.Channels;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix;

/// <summary>
/// Whether the homeserver is there. HTTP has no connection that could be lost, so it is asked now and then, and at once when a request got no answer. And
/// whether we hear it: it says itself whether it reaches us (ping), and a self-test tries the whole way. Hearing nothing stops nothing, since what is owed to
/// people can still be sent; the endpoint says that it is impaired.
/// </summary>
internal sealed class HomeserverWatch(Session session, SelfTest selfTest)
{
    private const string Unheard = "nothing is heard from Matrix: what the bot said to itself did not come back";
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Channel<MatrixException> _trouble = Channel.CreateBounded<MatrixException>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private string? _wrong;
    private string? _said;
    private bool _pinged;

    /// <summary>From any thread.</summary>
    public void Tell(MatrixException trouble)
    {
        if (trouble.IsPuppetRefused)
        {
            session.ArePuppetsRefused = true;
        }

        _trouble.Writer.TryWrite(trouble);
    }

    /// <summary>Ends by an exception: the homeserver is not there, or refuses the token.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await LookAsync(stopping);
            var lookedAt = session.Context.Clock.GetTimestamp();
            MatrixException? trouble;
            do
            {
                trouble = await NextAsync(stopping);
                await StandAsync(trouble, stopping);
                Say();
            }
            while (trouble is not null && session.Context.Clock.GetElapsedTime(lookedAt) < s_interval);
        }
    }

    /// <summary>Something was the matter, or a while has passed: is it there?</summary>
    private async Task StandAsync(MatrixException? trouble, CancellationToken stopping)
    {
        if (trouble is { IsBadToken: true })
        {
            throw new IOException(Connecting.TokenRefused, trouble);
        }

        await session.Client.SendAsync(HttpMethod.Get, Paths.Versions, actor: null, body: null, stopping, s_patience);
    }

    /// <summary>Whether we hear. What is wrong is looked at again until it is right.</summary>
    private async Task LookAsync(CancellationToken stopping)
    {
        var wrong = _pinged && _wrong is null ? null : await PingAsync(stopping);
        _pinged = true;
        if (wrong is null && selfTest.IsDue)
        {
            wrong = await TryAsync(stopping);
        }

        _wrong = wrong;
        if (session is { ArePuppetsRefused: true, Puppets: { } puppets } && await Connecting.IsKnownAsync(session.Client, puppets, stopping) == true)
        {
            session.ArePuppetsRefused = false;
        }

        Say();
    }

    /// <summary>What is wrong, once.</summary>
    private void Say()
    {
        var puppets = session.ArePuppetsRefused ? $"{Connecting.PuppetsRefused}: {Connecting.PuppetsCure}" : null;
        var words = _wrong is null || puppets is null ? _wrong ?? puppets : $"{_wrong}; {puppets}";
        if (words != _said)
        {
            session.Impaired(_said = words);
        }
    }

    private async Task<string?> TryAsync(CancellationToken stopping)
    {
        try
        {
            return await selfTest.PassesAsync(stopping) ? null : Unheard;
        }
        catch (MatrixException)
        {
            // Limited, not allowed to make a room, an error of that room's: that says nothing about hearing, and what was known stays.
            return _wrong == Unheard ? Unheard : null;
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

    /// <summary>Null when the homeserver reaches us, or cannot be asked.</summary>
    private async Task<string?> PingAsync(CancellationToken stopping)
    {
        if (session.Registration is not { } registration)
        {
            return null;
        }

        try
        {
            var body = new JsonObject { ["transaction_id"] = "bridge" };
            await session.Client.SendAsync(HttpMethod.Post, Paths.Ping(registration.Id), session.Bot, body, stopping, s_patience);
            return null;
        }
        catch (MatrixException failure)
        {
            return failure.Code switch
            {
                "M_URL_NOT_SET" => "nothing is heard from Matrix: the registration at the homeserver has no url",
                "M_CONNECTION_FAILED" or "M_CONNECTION_TIMEOUT" =>
                    "nothing is heard from Matrix: the homeserver cannot reach the registration's url (is 'http:' configured, and reachable from there?)",
                "M_BAD_STATUS" => "nothing is heard from Matrix: what answers at the registration's url is not this endpoint, or the hs_token is another",
                _ => null, // too old to be asked, or away: the next question shows which
            };
        }
    }
}
