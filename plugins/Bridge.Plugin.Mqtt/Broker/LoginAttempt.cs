using System.Net;

namespace Bridge.Plugin.Mqtt.Broker;

/// <summary>What a client says of itself.</summary>
/// <param name="Name">Of a user, or of none.</param>
/// <param name="Password">Empty when it gave none.</param>
/// <param name="From">Whence it comes.</param>
internal sealed record LoginAttempt(string Name, ReadOnlyMemory<byte> Password, IPAddress From);
