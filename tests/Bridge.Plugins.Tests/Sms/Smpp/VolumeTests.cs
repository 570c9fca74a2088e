using Bridge.Abstractions;
using Bridge.Plugin.Sms.Smpp.Protocol;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Smpp;

public sealed class VolumeTests
{
    private const int Messages = 20_000;
    private const int Conversations = 400;

    [Fact]
    [Trait("Category", "Long")]
    public async Task Many_messages_pass_and_are_reported_each_once()
    {
        await using var sms = await RunningSmpp.StartAsync(driver => driver with { Window = 100 });
        sms.Centre.Instead = async (session, submit) =>
        {
            var id = sms.Centre.Take((PduBody.Message)submit.Body);
            await session.SendAsync(submit.Answer(CommandStatus.Ok, new PduBody.MessageAnswer(id)));
            sms.Centre.Bring(SmscDouble.Report(id));
            return true;
        };
        await Task.WhenAll(Enumerable.Range(0, Conversations).Select(async number =>
        {
            for (var i = 0; i < Messages / Conversations; i++)
            {
                Assert.IsType<SendResult.Accepted>(await sms.Send(sms.Of("x", to: $"+4915100{number:d6}")));
            }
        }));
        await sms.UntilAsync(() => sms.Memory.Snapshot(events => events.Count) >= Messages);
        Assert.Equal(Messages, sms.Reported.Select(report => report.Key).Distinct().Count());
        Assert.Empty(sms.Memory.State);
    }
}
