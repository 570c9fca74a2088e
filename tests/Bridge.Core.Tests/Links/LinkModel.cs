using System.Globalization;
using Bridge.Abstractions;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Links;

/// <summary>
/// People talk at both ends of a link while networks fail and the process dies; what they said is kept beside it. In the end both ends must show the same: nothing lost,
/// nothing twice, nothing in another order, nothing sent back to where it came from.
/// </summary>
internal sealed class LinkModel(LinkRig rig, Random random)
{
    private readonly List<Message> _messages = [];
    private readonly List<Inbound> _past = [];
    private int _ids;

    public async Task StepAsync(string near, string far)
    {
        switch (random.Next(20))
        {
            case < 8:
                await SayAsync(random.Next(2) == 0 ? near : far);
                break;
            case < 10:
                await EditAsync();
                break;
            case < 12:
                await ReactAsync(near, far);
                break;
            case < 13:
                await DeleteAsync();
                break;
            case < 14 when _past.Count > 0:
                await ArriveAsync(_past[random.Next(_past.Count)], again: true);
                break;
            case < 15:
                await rig.CrashAsync();
                break;
            case < 16:
                await EchoAsync(random.Next(2) == 0 ? rig.Near : rig.Far);
                break;
            case < 17:
                Fail(random.Next(2) == 0 ? rig.Near : rig.Far);
                break;
            default:
                await rig.SettleAsync();
                break;
        }
    }

    /// <summary>The networks are well again, and everything has had its time.</summary>
    public async Task EndAsync()
    {
        foreach (var endpoint in (RoomEndpoint[])[rig.Near, rig.Far])
        {
            endpoint.Answer = endpoint.Take;
            endpoint.Opening = _ => null;
            rig.Connect(endpoint);
        }

        await rig.CrashAsync();
        await rig.PassAsync(TimeSpan.FromMinutes(12));
    }

    public void Check(string near, string far)
    {
        Check(rig.Far, Rest(far), near);
        Check(rig.Near, Rest(near), far);
    }

    private void Check(RoomEndpoint at, string room, string from)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var order = new List<string>();
        var reactions = new List<string>();
        foreach (var (id, sent) in at.Said.Where(said => said.Sent.To.Rest == room))
        {
            switch (sent.Content)
            {
                case MessagePosted posted:
                    order.Add(id.Value);
                    texts.Add(id.Value, ((TextPart)posted.Parts[0]).Text.Value);
                    break;
                case MessageEdited edited:
                    texts[edited.Target.Value] = edited.Text.Value;
                    break;
                case MessageDeleted deleted:
                    order.Remove(deleted.Target.Value);
                    break;
                case ReactionChanged { Removed: false } reaction:
                    reactions.Add($"{reaction.Target.Value} {reaction.Reaction.Value}");
                    break;
            }
        }

        Assert.Equal(_messages.Where(message => message.At == from && !message.Deleted).Select(message => message.Text), order.Select(id => texts[id]));
        foreach (var message in _messages.Where(message => message.At != from && !message.Deleted))
        {
            Assert.Equal(message.Reactions, reactions.Where(reaction => reaction.StartsWith(message.Id + " ", StringComparison.Ordinal)).Select(reaction => reaction.Split(' ')[1]));
        }
    }

    public async Task SayAsync(string at)
    {
        var message = new Message(at, NewId(at), $"text {_messages.Count}");
        _messages.Add(message);
        await ArriveAsync(LinkRig.At(at, MessagePosted.Of(message.Text), message.Id));
    }

    private async Task EditAsync()
    {
        if (Any() is { } message)
        {
            message.Text += "!";
            await ArriveAsync(LinkRig.At(message.At, new MessageEdited(new NativeId(message.Id), new MessageText(message.Text)), NewId(message.At)));
        }
    }

    private async Task DeleteAsync()
    {
        if (Any() is { } message)
        {
            message.Deleted = true;
            await ArriveAsync(LinkRig.At(message.At, new MessageDeleted(new NativeId(message.Id)), NewId(message.At)));
        }
    }

    /// <summary>The network says something again that we sent, whether or not its answer was heard.</summary>
    private async Task EchoAsync(RoomEndpoint endpoint)
    {
        if (endpoint.Said is { Count: > 0 } said)
        {
            var (id, sent) = said[Math.Max(0, said.Count - 1 - random.Next(3))];
            await ArriveAsync(LinkRig.At(sent.To.Full, sent.Content, id.Value, "@bridge"));
        }
    }

    /// <summary>Somebody at the other end reacts to what he sees there.</summary>
    private async Task ReactAsync(string near, string far)
    {
        if (Any() is not { } message)
        {
            return;
        }

        var (other, network) = message.At == near ? (far, rig.Far) : (near, rig.Near);
        var seen = network.Said.FirstOrDefault(said =>
            said.Sent.To.Rest == Rest(other) && said.Sent.Content is MessagePosted { Parts: [TextPart text] } && text.Text.Value.TrimEnd('!') == message.Text.TrimEnd('!'));
        if (seen.Sent is not null)
        {
            var reaction = string.Create(CultureInfo.InvariantCulture, $"r{_ids}");
            message.Reactions.Add(reaction);
            await ArriveAsync(LinkRig.At(other, new ReactionChanged(seen.Id, new MessageText(reaction)), NewId(other)));
        }
    }

    private void Fail(RoomEndpoint endpoint)
    {
        switch (random.Next(6))
        {
            case 0:
                rig.Disconnect(endpoint);
                break;
            case 1:
                rig.Connect(endpoint);
                break;
            case 2:
                endpoint.Answer = _ => new SendResult.Deferred("not now");
                break;
            case 3:
                // It has it, and the answer gets lost.
                endpoint.Answer = outbound => endpoint.Take(outbound) is null ? null! : throw new IOException("gone");
                break;
            case 4:
                endpoint.Opening = _ => throw new IOException("gone");
                break;
            default:
                endpoint.Answer = endpoint.Take;
                endpoint.Opening = _ => null;
                break;
        }
    }

    private async Task ArriveAsync(Inbound inbound, bool again = false)
    {
        if (!again)
        {
            _past.Add(inbound);
        }

        rig.Store.Failure = random.Next(12) == 0 ? new Storage.StoreException("the disk is full") : null;
        while (!await rig.ArrivesAsync(inbound))
        {
            rig.Store.Failure = null;
        }

        rig.Store.Failure = null;
    }

    private Message? Any()
    {
        var there = _messages.Where(message => !message.Deleted).ToList();
        return there.Count == 0 ? null : there[random.Next(there.Count)];
    }

    private string NewId(string at) => string.Create(CultureInfo.InvariantCulture, $"{at[0]}own{++_ids}");

    private static string Rest(string at) => at[(at.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private sealed record Message(string At, string Id, string Said)
    {
        public string Text { get; set; } = Said;

        public bool Deleted { get; set; }

        public List<string> Reactions { get; } = [];
    }
}
