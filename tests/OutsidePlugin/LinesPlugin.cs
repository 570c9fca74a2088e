using System.ComponentModel;
using Bridge.Abstractions;

[assembly: BridgePlugin(typeof(Bridge.Plugin.Lines.LinesPlugin))]

namespace Bridge.Plugin.Lines;

/// <summary>A network of text files: what is sent to an address is a line appended to that file; a file that appears in <c>in/</c> is a message.</summary>
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

    protected override IEndpoint Create(EndpointContext context, LinesOptions options) => new LinesEndpoint(context, options.Folder);
}

/// <summary>The endpoint's YAML.</summary>
public sealed record LinesOptions
{
    [Description("The folder that holds the files; made when it is not there.")]
    public required string Folder { get; init; }
}

/// <summary>Looks into the folder ten times a second.</summary>
public sealed class LinesEndpoint(EndpointContext context, string folder) : IEndpoint
{
    private static readonly EndpointCapabilities Capabilities = new() { Sends = EventFeature.Text, Resend = new ResendClass.Unsafe() };

    public EndpointCapabilities CapabilitiesOf(Address address) => Capabilities;

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        var arrivals = Directory.CreateDirectory(Path.Combine(folder, "in"));
        inbox.Connected();
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100), context.Clock);
        while (await look.WaitForNextTickAsync(stopping))
        {
            foreach (var file in arrivals.GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                var text = MessagePosted.Of(await File.ReadAllTextAsync(file.FullName, stopping));
                var id = new NativeId($"{file.Name} {file.LastWriteTimeUtc.Ticks}"); // a crash before the deletion repeats it; the id tells
                await inbox.AcceptAsync(InboundBatch.Of(new Inbound { Address = new(context.Id, "in"), Event = text, NativeId = id }));
                file.Delete(); // stored before acknowledged
            }
        }
    }

    public async ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        if (outbound.Content is not MessagePosted { Parts: [TextPart text] })
        {
            return new SendResult.Refused("only text becomes a line");
        }

        if (!Directory.Exists(folder))
        {
            return new SendResult.Deferred("the folder is not there");
        }

        await File.AppendAllLinesAsync(Path.Combine(folder, outbound.To.Rest), [text.Text.Value.ReplaceLineEndings(" ")], cancellationToken);
        return new SendResult.Delivered();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
