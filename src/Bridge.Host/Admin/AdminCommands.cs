using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bridge.Host.Admin;

/// <summary>The commands a daemon answers, by name.</summary>
internal sealed class AdminCommands
{
    private readonly Dictionary<string, Func<JsonNode?, CancellationToken, Task<JsonNode?>>> _commands = new(StringComparer.Ordinal);

    /// <summary>Adds one; its arguments and result are records.</summary>
    public AdminCommands Add<TArguments, TResult>(string name, Func<TArguments, CancellationToken, Task<TResult>> run)
        where TArguments : notnull
    {
        _commands.Add(name, async (arguments, cancellationToken) =>
        {
            var read = (arguments ?? new JsonObject()).Deserialize<TArguments>(AdminProtocol.Json) ?? throw new JsonException();
            return JsonSerializer.SerializeToNode(await run(read, cancellationToken), AdminProtocol.Json);
        });
        return this;
    }

    public Task<JsonNode?> RunAsync(AdminRequest request, CancellationToken cancellationToken) =>
        _commands.TryGetValue(request.Command, out var run)
            ? run(request.Arguments, cancellationToken)
            : throw new AdminException(AdminErrorCode.Usage, $"this daemon knows no command '{request.Command}'", "restart the daemon after an update");
}
