using Bridge.Abstractions;
using Bridge.Core.Configuration;

namespace Bridge.Core.Commands;

/// <summary>
/// Does what is said in management conversations, and answers there. An endpoint of Bridge's own: its addresses are the conversations, and what is
/// sent to them is done. What may or may not have been done before a crash is uncertain, as it is on a network that cannot tell: nobody does it twice.
/// </summary>
/// <param name="management">Of the configuration in force: a role taken away meanwhile counts no more. Null: the daemon is not ready.</param>
/// <param name="run">Does one command for somebody, and gives the answer.</param>
/// <param name="answer">Owes an answer to a conversation.</param>
public sealed class CommandDesk(
    Func<Management?> management,
    Func<ChatCommand, CommandAsker, CancellationToken, Task<string>> run,
    Func<Address, MessagePosted, Task> answer,
    Telemetry telemetry) : IEndpoint
{
    /// <summary>No configured endpoint can have this name.</summary>
    public static readonly EndpointId Id = new("~management");

    private static readonly EndpointCapabilities s_capabilities = new() { Sends = EventFeature.Text, Resend = new ResendClass.Unsafe(), MayEcho = false };

    public static Address AddressOf(Address conversation) => new(Id, conversation.Full);

    public EndpointCapabilities CapabilitiesOf(Address address) => s_capabilities;

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        inbox.Connected();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
    }

    public async ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        if (outbound.Content is not MessagePosted { Parts: [TextPart text] } || !Address.TryParse(outbound.To.Rest, out var conversation))
        {
            return new SendResult.Refused("a command is one text");
        }

        if (management() is not { } now)
        {
            return new SendResult.Deferred("the daemon is starting", TimeSpan.FromSeconds(1));
        }

        var right = now.RightOf(conversation.Endpoint, outbound.Sender);
        if (right == AccessRight.None || !now.Has(conversation))
        {
            telemetry.CommandDenied("no role");
            return new SendResult.Refused("its sender has no role any more", "see access.roles");
        }

        var asker = new CommandAsker(now.Who(conversation.Endpoint, outbound.Sender)!.Id, new Address(conversation.Endpoint, outbound.Sender!.Value));
        var said = await AnswerAsync(text.Text.Value, asker, right, cancellationToken);
        await answer(conversation, MessagePosted.Of(said) with { Manner = MessageManner.Notice });
        return new SendResult.Delivered();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<string> AnswerAsync(string text, CommandAsker asker, AccessRight right, CancellationToken cancellationToken)
    {
        var (command, problem) = CommandParser.Parse(text);
        if (command is null)
        {
            telemetry.CommandDenied("no command");
            return $"{problem!.Message}; {problem.Cure}";
        }

        var name = NameOf(command);
        if (CommandForm.Find(name)!.Needs > right)
        {
            telemetry.CommandDenied("role too small");
            return $"you may not use {name}: it needs a greater role under access.roles";
        }

        telemetry.CommandDone(name);
        return command is ChatCommand.Help help ? Help(help, right) : await run(command, asker, cancellationToken);
    }

    private static string Help(ChatCommand.Help help, AccessRight right) => string.Join(
        '\n',
        from form in CommandForm.All
        where form.Needs <= right && (help.About is null || form.Name == help.About)
        select $"{form.Shown}: {form.Meaning}");

    private static string NameOf(ChatCommand command) => command switch
    {
        ChatCommand.StartChat => "start-chat",
        ChatCommand.SetRelay => "set-relay",
        _ => command.GetType().Name.ToLowerInvariant(),
    };
}

/// <summary>Who gives a command.</summary>
/// <param name="Person">One of the people, by his id.</param>
/// <param name="At">As the network of the conversation names him.</param>
public sealed record CommandAsker(string Person, Address At);
