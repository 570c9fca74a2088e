using System.Text.Json;

namespace Bridge.Plugin.Matrix.Receiving;

/// <summary>One thing that the homeserver tells, and the room where it does not stand in it.</summary>
internal readonly record struct Told(JsonElement Value, string? Room = null);
