using Bridge.Core.Delivery;
using Bridge.Core.Endpoints;
using Bridge.Core.Messages;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Host.Daemon;

/// <summary>The pieces of a composed daemon.</summary>
internal sealed record RunningParts(IStore Store, StoreWriter Writer, Sealer Sealer, Intake Intake, DecisionLoop Loop, DeliveryEngine Delivery, EndpointDirectory Endpoints, ZonedClock Clock);
