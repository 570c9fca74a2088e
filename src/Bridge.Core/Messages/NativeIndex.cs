using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Messages;

/// <summary>The one way to find who claimed a native id: intake (what arrives) and delivery (what was sent) meet here.</summary>
public static class NativeIndex
{
    /// <summary>Native ids are unique within one address.</summary>
    public static BlindIndex Of(Sealer sealer, Address address, NativeId id) => sealer.Index("native", $"{address.Full}\n{id.Value}");
}
