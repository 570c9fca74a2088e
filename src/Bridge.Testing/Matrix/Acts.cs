namespace Bridge.Testing.Matrix;

/// <summary>What users can do in rooms, whether they come by HTTP or from the test.</summary>
internal sealed class Acts
{
    public Acts(World world)
    {
        Membership = new Membership(world);
        Making = new RoomMaking(world, Membership);
        Sending = new Sending(world);
        Passing = new InPassing(world);
    }

    public Membership Membership { get; }

    public RoomMaking Making { get; }

    public Sending Sending { get; }

    public InPassing Passing { get; }
}
