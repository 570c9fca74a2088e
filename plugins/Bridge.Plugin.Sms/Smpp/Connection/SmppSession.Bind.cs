using Bridge.Abstractions;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugin.Sms.Smpp.Connection;

// How a session begins.
internal sealed partial class SmppSession
{
    private const byte Version = 0x34;
    private const int MostBeforeAnswer = 10;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Connects and binds; nothing is read behind the answer. Every failure but cancellation is an <see cref="IOException"/> with a reason for the
    /// operator.
    /// </summary>
    public static async Task<SmppSession> OpenAsync(
        DriverOptions driver, CommandId bind, EndpointContext context, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_patience, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        SmppSession? session = null;
        try
        {
            var stream = await new SmppTransport(KindOptions.Needed(driver.Url), driver.Tls).ConnectAsync(either.Token);
            session = new SmppSession(stream, context, driver.KeepAlive ?? DriverDefaults.KeepAlive) { Sends = bind != CommandId.BindReceiver };
            await session.BindAsync(driver, bind, either.Token);
            return session;
        }
        catch (Exception failure)
        {
            await (session?.DisposeAsync() ?? ValueTask.CompletedTask);
            cancellationToken.ThrowIfCancellationRequested();
            throw failure is OperationCanceledException
                ? new IOException("the SMS centre does not answer: check host and port of driver.url; most answer only addresses that they know")
                : failure;
        }
    }

    private async Task BindAsync(DriverOptions driver, CommandId bind, CancellationToken cancellationToken)
    {
        var body = new PduBody.Bind(KindOptions.Needed(driver.Username), KindOptions.Needed(driver.Password).Reveal(), driver.SystemType ?? "", Version);
        var request = Pdu.Request(bind, NextSequence(), body);
        try
        {
            await _stream.WriteAsync(PduEncoder.Encode(request), cancellationToken);
            for (var i = 0; i < MostBeforeAnswer && await _reader.ReadAsync(cancellationToken) is { } pdu; i++)
            {
                if (pdu.Command == bind.AnswerOf() || pdu.Command == CommandId.GenericNack)
                {
                    _heardAt = Clock.GetTimestamp();
                    if (pdu.Status == CommandStatus.Ok)
                    {
                        return;
                    }

                    throw new SmppBindException(BindFault.Of(pdu.Status));
                }
            }
        }
        catch (IOException failure) when (failure is not (SmppProtocolException or SmppBindException))
        {
            // The same as an end without an answer.
        }

        throw new IOException(
            "the SMS centre closed the connection instead of answering the bind: check the port in driver.url, and whether it knows the address of this "
            + "machine");
    }

    /// <summary>The SMS centre said no.</summary>
    private sealed class SmppBindException(string message) : IOException(message);
}
