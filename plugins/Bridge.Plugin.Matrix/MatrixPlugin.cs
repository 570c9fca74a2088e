using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

[assembly: BridgePlugin(typeof(Bridge.Plugin.Matrix.MatrixPlugin))]

namespace Bridge.Plugin.Matrix;

/// <summary>
/// Speaks Matrix. The rest of an address is a room (<c>!id:server</c>, in newer rooms <c>!id</c>), an alias (<c>#name:server</c>) or a person
/// (<c>@user:server</c>: the direct chat with that user).
/// </summary>
public sealed class MatrixPlugin : Plugin<MatrixOptions>
{
    /// <inheritdoc/>
    public override PluginDescription Description { get; } = new()
    {
        Name = "matrix",
        Carries = MatrixEndpoint.Carries,
        CheckDestination = MatrixId.FaultOfConversation,
        CheckPattern = rest => rest == "*" ? null : MatrixId.FaultOfConversation(rest),
    };

    /// <inheritdoc/>
    protected override IEnumerable<OptionProblem> Check(MatrixOptions options) => OptionChecks.Of(options);

    /// <inheritdoc/>
    protected override IEndpoint Create(EndpointContext context, MatrixOptions options) => new MatrixEndpoint(context, options);
}
