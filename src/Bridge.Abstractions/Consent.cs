namespace Bridge.Abstractions;

/// <summary>
/// Somebody says whether he may be written to at all. Core keeps to the latest word for the whole address, whatever rules and people want, until the other word comes
/// or a person lifts it; a repeat of a message (<see cref="Inbound.NativeId"/>) says nothing again.
/// </summary>
/// <param name="IsGiven">False: nothing goes there any more, but what the endpoint itself answers (<see cref="Inbound.Answer"/>).</param>
/// <param name="Why">Where it is not given: why something is not sent, for people. No message text, no address.</param>
/// <param name="Cure">Where it is not given: how it is given again.</param>
public sealed record Consent(bool IsGiven, string Why = "", string Cure = "");
