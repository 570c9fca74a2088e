using System.Globalization;
using System.Text;
using Bridge.Abstractions;

namespace Bridge.Testing.Chat;

/// <summary>Speaks the chat network, as a plugin's endpoint does.</summary>
public sealed class ChatEndpoint(EndpointContext context, ChatOptions options) : IEndpoint, IFindSent, IOpenConversations, IReadHistory
{
    private const string Cursor = "cursor";
    private readonly string _account = options.Account ?? context.Id.Value;
    private volatile ChatConnection? _connection;
    private volatile EndpointCapabilities _capabilities = ChatRules.All.ToCapabilities();

    public EndpointCapabilities CapabilitiesOf(Address address) => _capabilities;

    public async Task RunAsync(IInbox inbox, CancellationToken stopping)
    {
        try
        {
            await using var connection = await ChatConnection.OpenAsync(options.Socket, stopping);
            var hello = new ChatLine { Do = "hello", Account = _account, After = await AfterAsync(stopping) };
            _capabilities = (await connection.AskAsync(hello, stopping)).Rules!.ToCapabilities();
            _connection = connection;
            inbox.Connected();
            await foreach (var line in connection.Pushed.ReadAllAsync(stopping))
            {
                await HearAsync(connection, line, inbox, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping is the one way to return.
        }
        finally
        {
            _connection = null;
        }
    }

    public async ValueTask<SendResult> SendAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        if (_connection is not { } connection)
        {
            return new SendResult.Deferred("not connected");
        }

        if (outbound.Content is MessagePosted { Parts: [AttachmentPart { Blob: { } blob }] } && !await UploadAsync(connection, blob, outbound.Key, cancellationToken))
        {
            return new SendResult.Refused("the file is not kept any more");
        }

        var line = await connection.AskAsync(new ChatLine { Do = "send", Key = outbound.Key.Value, Event = ChatMapper.ToNative(outbound) }, cancellationToken);
        return ResultOf(line.Answer!);
    }

    public async ValueTask<EquatableArray<NativeId>?> FindSentAsync(Outbound outbound, CancellationToken cancellationToken)
    {
        var answer = _connection is { } connection ? (await connection.AskAsync(new ChatLine { Do = "find", Key = outbound.Key.Value }, cancellationToken)).Answer : null;
        return answer is null or { Result: "unknown" } ? null : Ids(answer);
    }

    public async ValueTask<OpenResult> OpenAsync(ConversationRequest request, CancellationToken cancellationToken)
    {
        if (_connection is not { } connection)
        {
            return new OpenResult.Deferred("not connected");
        }

        var opening = new ChatOpening(request.Key, request.Name?.Value, request.IsDirect, [.. request.Invite.Select(person => person.Value)]);
        var answer = (await connection.AskAsync(new ChatLine { Do = "open", Opening = opening }, cancellationToken)).Answer!;
        return answer.Result switch
        {
            "delivered" => new OpenResult.Opened(new Address(context.Id, answer.Ids[0])),
            "deferred" => new OpenResult.Deferred(answer.Why!, answer.After),
            "refused" => new OpenResult.Refused(answer.Why!),
            _ => throw new IOException("the network gave no answer"),
        };
    }

    public async ValueTask<IReadOnlyList<Inbound>> LatestAsync(Address conversation, int most, CancellationToken cancellationToken)
    {
        if (_connection is not { } connection)
        {
            return [];
        }

        var line = await connection.AskAsync(new ChatLine { Do = "history", Name = conversation.Rest, Most = most }, cancellationToken);
        return [.. line.Events!.Select(native => ChatMapper.ToInbound(context.Id, native, null, historic: true))];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<long> AfterAsync(CancellationToken cancellationToken) => await context.State.GetAsync(Cursor, cancellationToken) is { } value
        ? long.Parse(Encoding.ASCII.GetString(value.Span), CultureInfo.InvariantCulture)
        : 0;

    private async Task HearAsync(ChatConnection connection, ChatLine line, IInbox inbox, CancellationToken stopping)
    {
        if (line.Rules is { } rules)
        {
            _capabilities = rules.ToCapabilities();
            return;
        }

        var native = line.Event!;
        var isEcho = native.Account == _account; // it may be here before the answer to what was sent
        var blob = native.File is { } file && !isEcho ? await DownloadAsync(connection, file, stopping) : null;
        IReadOnlyList<StateChange> cursor = native.Number == 0 ? [] : [new StateChange(Cursor, Encoding.ASCII.GetBytes(native.Number.ToString(CultureInfo.InvariantCulture)))];
        stopping.ThrowIfCancellationRequested();
        await inbox.AcceptAsync(new InboundBatch(isEcho ? [] : [ChatMapper.ToInbound(context.Id, native, blob)], cursor));
    }

    private async Task<BlobId?> DownloadAsync(ChatConnection connection, ChatFile file, CancellationToken stopping)
    {
        try
        {
            await using var content = new ChatDownload(connection, file.Id);
            return (await context.Blobs.StoreAsync(content, options.MaxFile, stopping)).Id;
        }
        catch (BlobTooLargeException)
        {
            context.Drops.Dropped("a file that is too large");
            return null;
        }
    }

    /// <summary>False when its bytes are gone.</summary>
    private async Task<bool> UploadAsync(ChatConnection connection, BlobId blob, DeliveryKey key, CancellationToken cancellationToken)
    {
        await using var content = await context.Blobs.OpenAsync(blob, cancellationToken);
        if (content is null)
        {
            return false;
        }

        var buffer = new byte[ChatDownload.MostBytes];
        for (var at = 0L; ;)
        {
            var count = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            await connection.AskAsync(new ChatLine { Do = "upload", Name = key.Value, After = at, Bytes = buffer[..count] }, cancellationToken);
            at += count;
            if (count < buffer.Length)
            {
                return true;
            }
        }
    }

    private static SendResult ResultOf(ChatAnswer answer) => answer.Result switch
    {
        "delivered" => new SendResult.Delivered(Ids(answer)),
        "accepted" => new SendResult.Accepted(Ids(answer)),
        "deferred" => new SendResult.Deferred(answer.Why!, answer.After),
        "refused" => new SendResult.Refused(answer.Why!),
        _ => new SendResult.Uncertain(answer.Why ?? "the network does not know"),
    };

    private static EquatableArray<NativeId> Ids(ChatAnswer answer) => EquatableArray.From(answer.Ids.Select(id => new NativeId(id)));
}
