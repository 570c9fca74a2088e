using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugin.Sms.Smpp.Connection;

// What goes on while a session is bound.
internal sealed partial class SmppSession
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    // What is answered late is still heard, but not for ever.
    private static readonly TimeSpan s_latest = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Returns when stopping, with an unbind; throws <see cref="IOException"/> with a reason when the session is lost. What the SMS centre brings is
    /// given to <paramref name="take"/>, several at a time, and answered with what it says.
    /// </summary>
    public async Task RunAsync(Func<PduBody.Message, CancellationToken, Task<CommandStatus>> take, CancellationToken stopping)
    {
        using var ending = new CancellationTokenSource();
        var desk = new RequestDesk(take, _context.Window, _context.Drops, ending.Token);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStop = stopping.Register(() => stopped.TrySetResult());
        List<Task> parts = [ReadAsync(desk, ending.Token), WriteAsync(ending.Token), ProbeAsync(ending.Token), FollowDismissalAsync(ending.Token)];
        try
        {
            var first = await Task.WhenAny(parts.Append(stopped.Task));
            if (first == stopped.Task)
            {
                desk.Close();
                await LeaveAsync();
            }
            else
            {
                await first;
            }
        }
        finally
        {
            Close();
            await ending.CancelAsync();
            await _stream.DisposeAsync();
            await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Abandon(); // now that nothing more can leave, what has not left is known
            await desk.DoneAsync();
        }
    }

    private async Task ReadAsync(RequestDesk desk, CancellationToken ending)
    {
        try
        {
            while (await _reader.ReadAsync(ending) is { } pdu)
            {
                Volatile.Write(ref _heardAt, Clock.GetTimestamp());
                if (pdu.Command.IsAnswer())
                {
                    Hear(pdu);
                }
                else
                {
                    Serve(pdu, desk);
                }
            }
        }
        catch (IOException failure) when (failure.InnerException is not null)
        {
            // The system's words; what follows are ours.
        }

        throw new IOException(_dismissed.Task.IsCompleted ? "the SMS centre ended the session (unbind)" : "the SMS centre closed the connection");
    }

    private void Hear(Pdu answer)
    {
        if (_open.TryGetValue(answer.Sequence, out var exchange)
            && (answer.Command == exchange.Command.AnswerOf() || answer.Command == CommandId.GenericNack))
        {
            _open.TryRemove(answer.Sequence, out _);
            Volatile.Write(ref _answeredAt, exchange.Command == CommandId.SubmitSm ? Clock.GetTimestamp() : _answeredAt);
            exchange.End(new Reply.Answered(answer));
        }
        else
        {
            _context.Drops.Dropped("an answer of the SMS centre to nothing that it was asked");
        }
    }

    private void Serve(Pdu request, RequestDesk desk)
    {
        switch (request.Command)
        {
            case CommandId.EnquireLink:
                Answer(request.Answer(CommandStatus.Ok));
                break;
            case CommandId.Unbind:
                Answer(request.Answer(CommandStatus.Ok));
                _leaving = true;
                _dismissed.TrySetResult();
                break;
            case CommandId.DeliverSm or CommandId.DataSm when request.Body is PduBody.Message message:
                desk.Serve(message, status => Answer(request.Answer(status, new PduBody.MessageAnswer(""))));
                break;
            case CommandId.DeliverSm or CommandId.DataSm when request.Body is PduBody.Broken broken:
                _context.Drops.Dropped("a message that is not written as SMPP wants it");
                Answer(request.Answer(broken.Why, new PduBody.MessageAnswer("")));
                break;
            case CommandId.AlertNotification or CommandId.Outbind:
                break; // want no answer, and say nothing that is of use here
            default:
                Answer(new Pdu(CommandId.GenericNack, CommandStatus.InvCmdId, request.Sequence, new PduBody.Empty()));
                break;
        }
    }

    /// <summary>Whatever waits goes out in one write.</summary>
    private async Task WriteAsync(CancellationToken ending)
    {
        const int Enough = 32 * 1024;
        using var buffer = new MemoryStream();
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(ending))
            {
                buffer.SetLength(0);
                while (buffer.Length < Enough && _outgoing.Reader.TryRead(out var next))
                {
                    next.Exchange?.Leaves();
                    buffer.Write(next.Bytes);
                }

                await _stream.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), ending);
                await _stream.FlushAsync(ending);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            throw new IOException("the connection to the SMS centre was lost", failure);
        }
    }

    /// <summary>Asks after each silence whether the SMS centre is still there, and looks whether it answers messages too.</summary>
    private async Task ProbeAsync(CancellationToken ending)
    {
        while (true)
        {
            if (AnswersNoMessages())
            {
                throw new IOException("the SMS centre does not answer the messages that it is sent");
            }

            var silence = Clock.GetElapsedTime(Volatile.Read(ref _heardAt));
            if (silence < _keepAlive)
            {
                await Task.Delay(_keepAlive - silence < s_latest ? _keepAlive - silence : s_latest, Clock, ending);
                continue;
            }

            if (!await IsThereAsync(ending))
            {
                throw new IOException("the SMS centre does not answer any more (enquire_link)");
            }
        }
    }

    private bool AnswersNoMessages() =>
        Clock.GetElapsedTime(Volatile.Read(ref _answeredAt)) >= s_latest
        && _open.Values.Any(exchange => exchange.Command == CommandId.SubmitSm && Clock.GetElapsedTime(exchange.BegunAt) >= s_latest);

    private async Task<bool> IsThereAsync(CancellationToken ending)
    {
        try
        {
            return await AskAsync(CommandId.EnquireLink).WaitAsync(s_patience, Clock, ending) is Reply.Answered;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>An unbind of the SMS centre: what is open may still be answered, for a moment.</summary>
    private async Task FollowDismissalAsync(CancellationToken ending)
    {
        await _dismissed.Task.WaitAsync(ending);
        await AnsweredAsync(s_farewell).WaitAsync(ending);
        throw new IOException("the SMS centre ended the session (unbind)");
    }

    private async Task LeaveAsync()
    {
        _leaving = true;
        await AnsweredAsync(s_farewell);
        await ((Task)AskAsync(CommandId.Unbind)).WaitAsync(s_farewell, Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AnsweredAsync(TimeSpan patience) =>
        await Task.WhenAll(_open.Values.Select(Task (exchange) => exchange.Reply)).WaitAsync(patience, Clock)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
