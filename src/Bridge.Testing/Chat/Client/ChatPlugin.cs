using System.ComponentModel;
using Bridge.Abstractions;

namespace Bridge.Testing.Chat;

/// <summary>The chat network as a plugin: <c>plugin: chat</c>.</summary>
public sealed class ChatPlugin : Plugin<ChatOptions>
{
    public override PluginDescription Description { get; } = new() { Name = "chat", Carries = ChatRules.Everything };

    protected override IEndpoint Create(EndpointContext context, ChatOptions options) => new ChatEndpoint(context, options);
}

/// <summary>The endpoint's YAML.</summary>
public sealed record ChatOptions
{
    [Description("The local socket on which the network listens.")]
    public required string Socket { get; init; }

    [Description("The account that it uses; its own name when it is not given.")]
    public string? Account { get; init; }

    [Description("The largest file that is taken in, in bytes.")]
    public long MaxFile { get; init; } = 50_000_000;
}
