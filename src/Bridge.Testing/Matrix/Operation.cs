namespace Bridge.Testing.Matrix;

/// <summary>What a call asks for.</summary>
public enum Operation
{
    /// <summary>Nothing the homeserver knows.</summary>
    Unknown,
    Versions,
    WhoAmI,
    Register,
    Login,
    Ping,
    Capabilities,
    Profile,
    SetProfile,
    AccountData,
    Filter,
    Device,
    CreateRoom,
    Alias,
    Join,
    Invite,
    Leave,
    Kick,
    JoinedRooms,
    Members,
    Send,
    Redact,
    SetState,
    GetState,
    GetEvent,
    Messages,
    Relations,
    Receipt,
    ReadMarkers,
    Typing,
    Sync,
    Upload,
    MediaConfig,

    /// <summary><c>/_matrix/client/v1/media/download</c>: with a token.</summary>
    Download,

    /// <summary><c>/_matrix/media/v3/download</c>: without one.</summary>
    OldDownload,
}
