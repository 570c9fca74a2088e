namespace Bridge.Testing.Endpoints;

/// <summary>
/// Runs something so that whoever awaits it goes on before it returns. A test framework's synchronization context would send the awaiting code to another
/// thread, and a test would look before it had heard.
/// </summary>
internal static class Inline
{
    public static void Run(Action action)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
