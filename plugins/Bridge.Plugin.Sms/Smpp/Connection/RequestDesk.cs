using Bridge.Abstractions;
using Bridge.Plugin.Sms.Smpp.Protocol;

namespace Bridge.Plugin.Sms.Smpp.Connection;

/// <summary>
/// What the SMS centre brought and is not answered yet. An answer says that it is stored, so it may take its time; too many at a time are sent back.
/// </summary>
/// <param name="take">Called in the order of arrival.</param>
/// <param name="most">How many at a time.</param>
/// <param name="drops">Counts what is sent back because it could not be taken.</param>
/// <param name="ending">Ends what waits.</param>
internal sealed class RequestDesk(Func<PduBody.Message, CancellationToken, Task<CommandStatus>> take, int most, IDropCounter drops, CancellationToken ending)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _serving = [];
    private bool _closed;

    /// <param name="message">What came.</param>
    /// <param name="answer">Called once, perhaps later.</param>
    public void Serve(PduBody.Message message, Action<CommandStatus> answer)
    {
        lock (_gate)
        {
            _serving.RemoveWhere(task => task.IsCompleted);
            if (!_closed && _serving.Count < most)
            {
                _serving.Add(ServeAsync(message, answer));
                return;
            }
        }

        answer(_closed ? CommandStatus.TemporaryAppError : CommandStatus.Throttled);
    }

    /// <summary>From now on everything is sent back, to be brought again.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    /// <summary>Nothing is handed over any more.</summary>
    public Task DoneAsync()
    {
        Close();
        return Task.WhenAll(_serving);
    }

    /// <summary>Never fails.</summary>
    private async Task ServeAsync(PduBody.Message message, Action<CommandStatus> answer)
    {
        CommandStatus status;
        try
        {
            status = await take(message, ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            status = CommandStatus.TemporaryAppError;
        }
        catch (Exception)
        {
            drops.Dropped("a message or report that could not be stored: the SMS centre is asked to bring it again");
            status = CommandStatus.TemporaryAppError;
        }

        try
        {
            answer(status);
        }
        catch (IOException)
        {
            // Nobody hears the answer. The session ends of itself.
        }
    }
}
