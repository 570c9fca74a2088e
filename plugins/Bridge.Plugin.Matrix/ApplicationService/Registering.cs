using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Ghosts;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.ApplicationService;

/// <summary>Writes the registrations: for the endpoint itself, and for double puppets where they are wanted.</summary>
internal sealed class Registering(EndpointContext context, MatrixOptions options, MatrixClient client)
{
    public async ValueTask<EquatableArray<RegistrationDocument>> DocumentsAsync(Uri? reachedAt, CancellationToken cancellationToken)
    {
        if (options.Appservice is not { } appservice)
        {
            throw new IOException("this endpoint works through one account, which needs no registration");
        }

        var url = appservice.Url ?? reachedAt ?? throw new IOException("the homeserver would not find Bridge: write 'http: { listen: 127.0.0.1:8480 }', or appservice.url");
        var serverName = options.ServerName ?? await ServerNameAsync(cancellationToken);
        var registration = await OwnAsync(appservice, cancellationToken);
        var own = RegistrationFile.Write(
            registration,
            url,
            [($"^@{Regex.Escape(registration.SenderLocalpart)}:{Regex.Escape(serverName)}$", true), (GhostId.Pattern(options.Ghosts.Prefix, serverName), true)],
            $"^#{Regex.Escape(options.Ghosts.Prefix)}.*:{Regex.Escape(serverName)}$");
        var document = new RegistrationDocument("the application service", new Secret(own), appservice.File, Instructions.Of(appservice.File, registration.Id));
        return options.DoublePuppets is { } puppets ? [document, await PuppetsAsync(puppets, serverName, cancellationToken)] : [document];
    }

    /// <summary>What stands in the file stays: another token would cut off the homeserver that already knows it.</summary>
    private async Task<Registration> OwnAsync(AppserviceOptions appservice, CancellationToken cancellationToken)
    {
        if (appservice.File is { Exists: false })
        {
            return New($"bridge-{context.Id.Value}", options.Bot.User);
        }

        return await Connecting.RegistrationOfAsync(context.Id, options, cancellationToken);
    }

    /// <summary>Nothing is pushed to it: it only lets Bridge speak as anybody, when it is shown its token.</summary>
    private async Task<RegistrationDocument> PuppetsAsync(PuppetOptions puppets, string serverName, CancellationToken cancellationToken)
    {
        var id = $"bridge-{context.Id.Value}-puppets";
        var registration = puppets switch
        {
            { File: { Exists: true } file } => await RegistrationFile.ReadAsync(file, "double_puppets.file", cancellationToken),
            { AsToken: { } token } => New(id, id) with { AsToken = token },
            _ => New(id, id),
        };
        var text = RegistrationFile.Write(registration, url: null, [($"^@.*:{Regex.Escape(serverName)}$", false)], alias: null);
        return new RegistrationDocument("double puppets", new Secret(text), puppets.File, Instructions.Of(puppets.File, registration.Id));
    }

    private static Registration New(string id, string localpart) => new(id, NewToken(), NewToken(), localpart);

    private static Secret NewToken() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    /// <summary>A homeserver's host is often not its name; its signing keys are published under the name.</summary>
    private async Task<string> ServerNameAsync(CancellationToken cancellationToken)
    {
        const string Cure = "write 'server_name', which is what stands after the colon in its users' ids";
        try
        {
            var answer = await client.SendAsync(HttpMethod.Get, Paths.ServerKeys, actor: null, body: null, cancellationToken, TimeSpan.FromSeconds(10));
            return answer.TextOf("server_name") is { Length: > 0 and <= 230 } name && !name.AsSpan().ContainsAny("'\r\n ")
                ? name
                : throw new IOException($"the homeserver does not say its name: {Cure}");
        }
        catch (MatrixException failure)
        {
            throw new IOException($"the homeserver's name is not known ({failure.Message}): {Cure}", failure);
        }
    }
}
