namespace Bridge.Core.Routing;

/// <summary>What people ask of the rules at run time: pure, like the rules themselves.</summary>
internal static class Steering
{
    /// <summary>Does it in the draft, or refuses it and leaves the draft as it is.</summary>
    public static SteerAnswer Take(Draft draft, Steer steer) => steer switch
    {
        Steer.Link link => MadeLinks.Make(draft, link),
        Steer.Unlink unlink => MadeLinks.End(draft, unlink),
        Steer.SetLabel label => MadeLinks.SetLabel(draft, label),
        Steer.Silence silence => Silences.Begin(draft, silence),
        Steer.EndSilence silence => Silences.End(draft, silence),
        Steer.LiftOptOut lift => Consents.Lift(draft, lift),
        Steer.StartPortal start => PortalStart.Take(draft, start),
        _ => throw new ArgumentException($"nobody does {steer.GetType().Name}", nameof(steer)),
    };
}
