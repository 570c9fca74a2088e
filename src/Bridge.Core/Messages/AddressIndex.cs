using Bridge.Abstractions;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;

namespace Bridge.Core.Messages;

/// <summary>Under which an address is found again: the conversation of an event, the lane of a delivery.</summary>
public static class AddressIndex
{
    public static BlindIndex Of(Sealer sealer, Address address) => sealer.Index("address", address.Full);
}
