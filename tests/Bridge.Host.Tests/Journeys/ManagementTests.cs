using Xunit;

namespace Bridge.Host.Tests.Journeys;

/// <summary>The real daemon, steered from a conversation. What the operator emits there stands for what somebody says.</summary>
public sealed class ManagementTests : IDisposable
{
    private readonly Workspace _workspace = new(Workspace.Leak + """

        people: { anna: { addresses: ["console:cli"] } }
        access: { management: [console:me], roles: { user: [anna] } }
        links:
          - { id: halls, between: ["home:hall/a", "home:hall/b"] }
        """);

    [Fact]
    public async Task A_command_is_answered_where_it_was_given_and_carried_nowhere()
    {
        await using var daemon = await BridgeProcess.StartAsync(_workspace, "--console");
        var said = await _workspace.DoAsync("emit", "console:me", "list");
        await daemon.Output.WaitForAsync("halls: home:hall/a = home:hall/b");
        await _workspace.DoAsync("emit", "console:me", "stauts");
        await daemon.Output.WaitForAsync("there is no such command; did you mean 'status'?");
        await _workspace.DoAsync("emit", "console:me", "status");
        await daemon.Output.WaitForAsync("home: connected");
        await _workspace.DoAsync("emit", "console:me", "unlink halls");
        await daemon.Output.WaitForAsync("you may not use unlink");
        Assert.Contains("management", await _workspace.DoAsync("trace", said.Split(' ')[^1]), StringComparison.Ordinal);
    }

    public void Dispose() => _workspace.Dispose();
}
