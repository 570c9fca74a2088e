using System.Globalization;
using Bridge.Abstractions;

namespace Bridge.Testing.Endpoints;

/// <summary>A fake network of rooms that does what it is told: it can carry everything, drops repeats of a key, names what it takes, and makes rooms.</summary>
public sealed class RoomEndpoint : FakeEndpoint, IOpenConversations, IReadHistory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DeliveryKey, NativeId> _taken = [];
    private readonly List<(NativeId Id, Outbound Sent)> _said = [];
    private readonly Dictionary<string, Address> _rooms = new(StringComparer.Ordinal);
    private readonly List<ConversationRequest> _requests = [];
    private readonly EndpointId _id;

    public RoomEndpoint(EndpointId id)
    {
        _id = id;
        Capabilities = new EndpointCapabilities
        {
            Sends = (EventFeature)int.MaxValue & ~EventFeature.Outcome,
            Resend = new ResendClass.Keyed(TimeSpan.FromMinutes(30)),
        };
        Answer = Take;
    }

    /// <summary>What becomes of a request for a conversation; null: it is made.</summary>
    public Func<ConversationRequest, OpenResult?> Opening { get; set; } = _ => null;

    /// <summary>What stands in the rooms, in order: what was sent again under the same key does not stand there twice.</summary>
    public IReadOnlyList<(NativeId Id, Outbound Sent)> Said
    {
        get
        {
            lock (_lock)
            {
                return [.. _said];
            }
        }
    }

    /// <summary>Every request, in the order of the calls.</summary>
    public IReadOnlyList<ConversationRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>What was said before; may throw.</summary>
    public Func<Address, IReadOnlyList<Inbound>> History { get; set; } = _ => [];

    public ValueTask<IReadOnlyList<Inbound>> LatestAsync(Address conversation, int most, CancellationToken cancellationToken) => new(History(conversation));

    public ValueTask<OpenResult> OpenAsync(ConversationRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _requests.Add(request);
            if (Opening(request) is { } otherwise)
            {
                return new ValueTask<OpenResult>(otherwise);
            }

            if (!_rooms.TryGetValue(request.Key, out var room))
            {
                _rooms[request.Key] = room = new Address(_id, $"!room{_rooms.Count + 1}");
            }

            return new ValueTask<OpenResult>(new OpenResult.Opened(room));
        }
    }

    /// <summary>The network takes it, whatever becomes of the answer.</summary>
    public SendResult.Delivered Take(Outbound outbound)
    {
        lock (_lock)
        {
            if (!_taken.TryGetValue(outbound.Key, out var id))
            {
                _taken[outbound.Key] = id = new NativeId(string.Create(CultureInfo.InvariantCulture, $"{_id}-{_taken.Count + 1}"));
                _said.Add((id, outbound));
            }

            return new SendResult.Delivered([id]);
        }
    }
}
