using Bridge.Core.Messages;
using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

/// <summary>A delivery as the decision loop hands it over after its commit.</summary>
/// <param name="Row">As committed.</param>
/// <param name="Content">What the row has sealed; null: delivery reads it from the store.</param>
/// <param name="Event">The event it carries; null: delivery reads it from the store when it needs it.</param>
public sealed record QueuedDelivery(DeliveryRow Row, DeliveryContent? Content, Arrival? Event);
