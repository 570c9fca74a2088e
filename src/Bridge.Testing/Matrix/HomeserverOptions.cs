namespace Bridge.Testing.Matrix;

/// <summary>What kind of homeserver it is: Synapse 1.141 unless told otherwise.</summary>
public sealed class HomeserverOptions
{
    public string ServerName { get; init; } = "hs.test";

    /// <summary>0 for any free port. The same over restarts.</summary>
    public int Port { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public IReadOnlyList<string> Versions { get; set; } = ["v1.1", "v1.2", "v1.3", "v1.4", "v1.5", "v1.6", "v1.7", "v1.8", "v1.9", "v1.10", "v1.11"];

    /// <summary>10; 11 and 12 are available.</summary>
    public string DefaultRoomVersion { get; set; } = "10";

    public MediaService Media { get; set; }

    /// <summary>The longest upload, in bytes.</summary>
    public long MediaLimit { get; set; } = 50 * 1024 * 1024;

    /// <summary>As with MSC4190 or OAuth: registering without <c>inhibit_login</c> is refused.</summary>
    public bool RequiresInhibitLogin { get; set; }

    /// <summary>
    /// One second of the pusher's back-off (2, 4, 8 ... 512 of them), shortened so that tests are quick.
    /// </summary>
    public TimeSpan BackOffSecond { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>False where calls are only counted: measured runs make millions.</summary>
    public bool RemembersCalls { get; init; } = true;

    /// <summary>How long the application service may take to answer a transaction.</summary>
    public TimeSpan PushTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
