using System.Text;
using Bridge.Abstractions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Bridge.Plugin.Matrix.ApplicationService;

/// <summary>The registration file: written for the homeserver, read again by Bridge.</summary>
internal static class RegistrationFile
{
    private const int Longest = 100_000;

    /// <summary>Throws <see cref="IOException"/> with a reason for the operator.</summary>
    /// <param name="file">Where it is.</param>
    /// <param name="option">Which names it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Registration> ReadAsync(FileInfo file, string option, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            if (file.Length > Longest)
            {
                throw new IOException($"{option}: the registration file is too long to be one");
            }

            text = await File.ReadAllTextAsync(file.FullName, cancellationToken);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"{option}: there is no registration file yet: write it with 'bridge registration', and give it to the homeserver", failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException($"{option}: the registration file cannot be read: its owner must let Bridge's user read it", failure);
        }

        return Parse(text) ?? throw new IOException($"{option}: the registration file is damaged: it needs id, as_token, hs_token and sender_localpart");
    }

    /// <summary>Null when it is no registration.</summary>
    public static Registration? Parse(string text)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents is [{ RootNode: YamlMappingNode root }] && TextOf(root, "id") is { } id && TextOf(root, "as_token") is { } asToken
                && TextOf(root, "hs_token") is { } hsToken && TextOf(root, "sender_localpart") is { } localpart
                    ? new Registration(id, new Secret(asToken), new Secret(hsToken), localpart)
                    : null;
        }
        catch (Exception failure) when (failure is YamlException or InvalidOperationException or ArgumentException)
        {
            return null; // the reader throws the latter two for some kinds of nonsense
        }
    }

    /// <summary>With both names of the wish for typing and receipts: older homeservers know only the unstable one.</summary>
    /// <param name="registration">Who.</param>
    /// <param name="url">Where Bridge is; null when nothing is to be sent to it.</param>
    /// <param name="users">The users' pattern and whether they are ours alone.</param>
    /// <param name="alias">The aliases' pattern; null for none.</param>
    public static string Write(Registration registration, Uri? url, IReadOnlyList<(string Pattern, bool Exclusive)> users, string? alias)
    {
        var text = new StringBuilder()
            .Append("id: ").AppendLine(Quoted(registration.Id))
            .Append("url: ").AppendLine(url is null ? "null" : Quoted(url.AbsoluteUri.TrimEnd('/')))
            .Append("as_token: ").AppendLine(Quoted(registration.AsToken.Reveal()))
            .Append("hs_token: ").AppendLine(Quoted(registration.HsToken.Reveal()))
            .Append("sender_localpart: ").AppendLine(Quoted(registration.SenderLocalpart))
            .AppendLine("rate_limited: false");
        if (url is not null)
        {
            text.AppendLine("receive_ephemeral: true").AppendLine("de.sorunome.msc2409.push_ephemeral: true");
        }

        text.AppendLine("namespaces:").AppendLine("  users:");
        foreach (var (pattern, exclusive) in users)
        {
            text.Append("    - regex: ").AppendLine(Quoted(pattern)).Append("      exclusive: ").AppendLine(exclusive ? "true" : "false");
        }

        if (alias is null)
        {
            text.AppendLine("  aliases: []");
        }
        else
        {
            text.AppendLine("  aliases:").Append("    - regex: ").AppendLine(Quoted(alias)).AppendLine("      exclusive: true");
        }

        return text.AppendLine("  rooms: []").ToString();
    }

    private static string? TextOf(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(new YamlScalarNode(key), out var node) && node is YamlScalarNode { Value: { Length: > 0 } value } ? value : null;

    /// <summary>In single quotes nothing but the quote itself is special.</summary>
    private static string Quoted(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
