using System.Collections.Concurrent;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Smpp;

/// <summary>An SMS centre that refuses, hangs up and unbinds as it pleases, before and after it has taken what it was given.</summary>
public sealed class UnrulyCentreTests
{
    private const int Messages = 300;
    private const int Senders = 20;

    [Fact]
    public async Task What_was_accepted_is_there_once_what_was_deferred_is_not_and_what_is_uncertain_at_most_once()
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Window = 5 });
        var random = new Random(523);
        sms.Centre.Instead = (session, submit) => ActAsync(sms.Centre, session, submit, random);
        var waiting = new ConcurrentQueue<int>(Enumerable.Range(0, Messages));
        var results = new ConcurrentDictionary<string, SendResult>();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(() => SendAllAsync(sms, waiting, results))));

        Assert.Equal(Messages, results.Count);
        var taken = sms.Centre.Messages.GroupBy(text => text).ToDictionary(same => same.Key, same => same.Count());
        Assert.All(results, sent => Assert.True(
            sent.Value switch
            {
                SendResult.Accepted => taken.GetValueOrDefault(sent.Key) == 1,
                SendResult.Uncertain => taken.GetValueOrDefault(sent.Key) <= 1,
                _ => taken.GetValueOrDefault(sent.Key) == 0,
            },
            $"{sent.Value.GetType().Name}, and there {taken.GetValueOrDefault(sent.Key)} times"));
        Assert.Contains(results.Values, result => result is SendResult.Uncertain);
        Assert.Contains(results.Values, result => result is SendResult.Refused);
        Assert.InRange(sms.Connections, 5, Messages);
    }

    /// <summary>As Core does: what was deferred is sent again, anything else is settled.</summary>
    private static async Task SendAllAsync(RunningSmpp sms, ConcurrentQueue<int> waiting, ConcurrentDictionary<string, SendResult> results)
    {
        while (waiting.TryDequeue(out var number))
        {
            var text = $"message {number}";
            var outbound = sms.Of(text, to: $"+4915100{number:d6}");
            SendResult result = new SendResult.Deferred("");
            while (result is SendResult.Deferred)
            {
                result = await sms.Send(outbound);
                if (result is SendResult.Deferred)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
                }
            }

            results[text] = result;
        }
    }

    private static async Task<bool> ActAsync(SmscDouble centre, SmscSession session, Pdu submit, Random random)
    {
        int act;
        lock (random)
        {
            act = random.Next(20);
        }

        switch (act)
        {
            case 0:
                session.Dispose(); // not taken, not answered
                return true;
            case 1:
                centre.Take((PduBody.Message)submit.Body); // taken, not answered
                session.Dispose();
                return true;
            case 2:
                await session.SendAsync(submit.Answer(CommandStatus.SysErr));
                return true;
            case 3:
                await session.SendAsync(submit.Answer(CommandStatus.InvDstAdr));
                return true;
            case 4:
                _ = session.AskAsync(CommandId.Unbind); // and then taken and answered
                return false;
            default:
                return false;
        }
    }
}
