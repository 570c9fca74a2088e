using Bridge.Abstractions;
using Bridge.Core.Commands;
using Bridge.Core.Configuration;
using Bridge.Host.Admin;
using Bridge.Host.Api;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bridge.Host.Tests.Http;

/// <summary>Whoever changes something at run time is known by name: over HTTP by his token's, in a chat by his own.</summary>
public sealed class SignatureTests
{
    [Fact]
    public void Over_HTTP_the_token_signs_every_change() =>
        Assert.All(ApiRoutes.All.Where(route => route.Needs == AccessRight.Admin), route =>
        {
            Assert.True(route.IsSigned, $"{route.Method} {route.Path}");
            Assert.DoesNotContain(route.Parameters, parameter => parameter.Name == ApiRoute.Signature);
        });

    [Fact]
    public async Task In_a_chat_who_asks_signs_the_end_of_a_link()
    {
        var heard = new List<LinkRemoveRequest>();
        var commands = new AdminCommands().Add<LinkRemoveRequest, LinkReport>("link-remove", (request, _) =>
        {
            heard.Add(request);
            return Task.FromResult(new LinkReport(request.Link, ["near:b", "far:b"]));
        });
        var asker = new CommandAsker("anna", new Address(new EndpointId("near"), "bridge"));
        var answer = await new ChatCommands(new CommandRunner(commands, NullLogger.Instance)).RunAsync(
            new ChatCommand.Unlink("pair"), asker, TestContext.Current.CancellationToken);
        Assert.StartsWith("no longer linked: pair", answer, StringComparison.Ordinal);
        Assert.Equal([new LinkRemoveRequest("pair", "anna")], heard);
    }
}
