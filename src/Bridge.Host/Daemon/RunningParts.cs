using Bridge.Core.Delivery;
using Bridge.Core.Endpoints;
using Bridge.Core.Intake;
using Bridge.Core.Storage;

namespace Bridge.Host.Daemon;

/// <summary>The pieces of a composed daemon.</summary>
internal sealed record RunningParts(IStore Store, Intake Intake, DecisionLoop Loop, DeliveryEngine Delivery, EndpointDirectory Endpoints);
