using Bridge.Abstractions;

namespace Bridge.Core.Routing;

/// <summary>A link that was made at run time; remembered under its id.</summary>
/// <param name="Between">Fixed addresses, two or more.</param>
/// <param name="Label">A template, put before the text of whom the far side cannot show; null: nothing.</param>
/// <param name="Since">When it was made.</param>
/// <param name="By">Who made it.</param>
public sealed record MadeLink(EquatableArray<Address> Between, MessageText? Label, DateTimeOffset Since, string By) : Remembered(null, null);

/// <summary>A route or link that is kept quiet until it is forgotten; remembered under its id.</summary>
/// <param name="Since">When that began.</param>
/// <param name="By">Who wanted it.</param>
public sealed record Silenced(DateTimeOffset Since, string By, DateTimeOffset? Forget) : Remembered(null, Forget);
