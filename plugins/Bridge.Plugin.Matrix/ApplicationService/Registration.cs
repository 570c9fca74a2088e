using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.ApplicationService;

/// <summary>What homeserver and application service know of each other.</summary>
/// <param name="Id">Unique at the homeserver.</param>
/// <param name="AsToken">Shown to the homeserver.</param>
/// <param name="HsToken">Shown by the homeserver.</param>
/// <param name="SenderLocalpart">The bot's user id, before the colon.</param>
internal sealed record Registration(string Id, Secret AsToken, Secret HsToken, string SenderLocalpart);
