using System.ComponentModel;
using Bridge.Abstractions;

[assembly: BridgePlugin(typeof(Bridge.Plugin.Lines.LinesPlugin))]

namespace Bridge.Plugin.Lines;

/// <summary>A network of text files: an address is a file in a folder, a message is a line appended to it. A whole plugin on one screen.</summary>
public sealed class LinesPlugin : Plugin<LinesOptions>
{
    public override PluginDescription Description { get; } = new()
    {
        Name = "lines",
        Carries = EventFeature.Text,
        CheckDestination = rest => rest.AsSpan().ContainsAny('/', '\0') ? "a file name has no '/' in it" : null,
    };

    protected override IEnumerable<OptionProblem> Check(LinesOptions options)
    {
        if (!Path.IsPathRooted(options.Folder))
        {
            yield return new OptionProblem("folder", "the folder is not an absolute path", "write it from the root, such as /var/lib/lines");
        }
    }

    protected override IEndpoint Create(EndpointContext context, LinesOptions options) => new LinesEndpoint(options.Folder);
}

/// <summary>The endpoint's YAML.</summary>
public sealed record LinesOptions
{
    [Description("The folder that holds the files; made when it is not there.")]
    public required string Folder { get; init; }
}

/// <summary>Appends lines; hears nothing.</summary>
public sealed class LinesEndpoint(string folder) : IEndpoint
{
    private static readonly EndpointCapabilities Capabilities = new() { Sends = EventFeature.Text, Resend = new ResendClass.Unsafe() };

    public EndpointCapabilities CapabilitiesOf(Address address) => Capabilities;

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        Directory.CreateDirectory(folder);
        inbox.Connected();
        await Task.Delay(Timeout.InfiniteTimeSpan, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        if (outbound.Content is not MessagePosted { Parts: [TextPart text] })
        {
            return new SendResult.Refused("only text becomes a line");
        }

        await File.AppendAllLinesAsync(Path.Combine(folder, outbound.To.Rest), [text.Text.Value.ReplaceLineEndings(" ")], cancellationToken);
        return new SendResult.Delivered();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
