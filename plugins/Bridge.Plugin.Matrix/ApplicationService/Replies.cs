using System.Text.Json.Nodes;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.ApplicationService;

/// <summary>Answers to the homeserver. Pure.</summary>
internal static class Replies
{
    public static HttpReply Empty { get; } = new(200, "{}"u8.ToArray());

    public static HttpReply Error(int status, string code) => new(status, Json.Bytes(new JsonObject { ["errcode"] = code, ["error"] = "see errcode" }));
}
