using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Storage;
using Bridge.Host.Admin;
using Bridge.Host.Configuration;
using Bridge.Host.Daemon;

namespace Bridge.Host.Cli.Completion;

/// <summary>What may stand where only this installation knows: files, addresses of its configuration, deliveries of its daemon.</summary>
internal static class Candidates
{
    private const int MostDeliveries = 50;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>By what a value is called in the help: a new command that says <c>address</c> or <c>path</c> completes without further ado.</summary>
    private static readonly Dictionary<string, Func<ParseResult, string, IEnumerable<CompletionItem>>> s_byName =
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["address"] = Addresses,
            ["delivery"] = Deliveries,
            ["event"] = Deliveries,
            ["state"] = (_, _) => Words<DeliveryState>(),
            ["severity"] = (_, _) => Words<Severity>(),
            ["bytes|@file"] = (_, word) => word.StartsWith('@') ? Files(word[1..], "@") : [],
        };

    /// <summary>Of an argument or of the value of an option.</summary>
    public static IEnumerable<CompletionItem> Of(Symbol symbol, ParseResult parsed, string word)
    {
        var own = PathValues.Takes(symbol) ? Files(word, "") : s_byName.TryGetValue(PathValues.NameOf(symbol), out var source) ? source(parsed, word) : [];
        return own.Concat(symbol.GetCompletions(parsed.GetCompletionContext()));
    }

    private static IEnumerable<CompletionItem> Words<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(value => new CompletionItem(StoredReports.Word(value)));

    private static IEnumerable<CompletionItem> Addresses(ParseResult parsed, string word)
    {
        if (Ask(async cancellationToken => await ConfigAsync(parsed, cancellationToken)) is not { } config)
        {
            return [];
        }

        var written = config.Routes
            .SelectMany(route => route.From.Select(from => $"{from}").Concat(route.To.Select(to => to.Address.Source)))
            .Select(LiteralBeginning)
            .Where(address => address.Length > 0)
            .Distinct(StringComparer.Ordinal);
        return config.Endpoints.Select(endpoint => new CompletionItem($"{endpoint.Id}:", detail: $"endpoint of plugin {endpoint.Plugin}"))
            .Where(_ => !word.Contains(':'))
            .Concat(written.Order(StringComparer.Ordinal).Select(address => new CompletionItem(address)));
    }

    /// <summary>All of it, or what stands before the level that is open.</summary>
    private static string LiteralBeginning(string address)
    {
        var open = address.AsSpan().IndexOfAny("+#*{");
        return open < 0 ? address : address[..(address[..open].LastIndexOf('/') + 1)];
    }

    private static async Task<BridgeConfig?> ConfigAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var places = await Setup.PlacesAsync(parsed, cancellationToken);
        return ConfigReader.Read(places.Configuration, Setup.Sources(Setup.Plugins(places.Plugins), withSecrets: false)).Config;
    }

    private static IEnumerable<CompletionItem> Deliveries(ParseResult parsed, string word) =>
        Ask(async cancellationToken => (await Common.DaemonOf(parsed).AskAsync("deliveries", new ListRequest(Limit: MostDeliveries), cancellationToken)).Deserialize<DeliveryReport[]>(AdminProtocol.Json))
            ?.Select(delivery => new CompletionItem($"{delivery.Delivery}", sortText: $"{delivery.Delivery:D20}", detail: $"{delivery.State}, to {delivery.To}")) ?? [];

    private static List<CompletionItem> Files(string word, string before)
    {
        var folder = Path.GetDirectoryName(word) is { Length: > 0 } named ? named : word.StartsWith('/') ? "/" : ".";
        var beginning = word[..(word.LastIndexOf('/') + 1)];
        try
        {
            return
            [
                .. new DirectoryInfo(folder).EnumerateFileSystemInfos()
                    .Where(entry => !entry.Name.StartsWith('.'))
                    .Select(entry => new CompletionItem($"{before}{beginning}{entry.Name}{(entry is DirectoryInfo ? "/" : "")}")),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Null when it cannot be known: a shell that completes shows no errors.</summary>
    private static T? Ask<T>(Func<CancellationToken, Task<T?>> question)
        where T : class
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            return question(patience.Token).GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is CliException or AdminException or OperationCanceledException or IOException or JsonException)
        {
            return null;
        }
    }
}
