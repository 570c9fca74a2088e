using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.ApplicationService;

/// <summary>What the operator of each homeserver does with a registration. Pure.</summary>
internal static class Instructions
{
    public static EquatableArray<RegistrationSteps> Of(FileInfo? file, string id)
    {
        var path = file?.FullName ?? "/etc/bridge/registration.yaml";
        var save = file is null ? (string[])[$"Save what is printed above as {path}."] : [];
        return
        [
            new("Synapse", [.. save, "In homeserver.yaml (its user must be able to read the file), then restart Synapse:", "  app_service_config_files:", $"    - {path}"]),
            new("Dendrite", [.. save, "In dendrite.yaml, then restart Dendrite:", "  app_service_api:", "    config_files:", $"      - {path}"]),
            new(
                "Conduit",
                [.. save, "In the admin room, as one message: this line and the file between two lines of three backticks. No restart.", "  @conduit:YOUR.SERVER: register-appservice"]),
            new(
                "continuwuity",
                [
                    .. save, "In the admin room, as one message: this line and the file between two lines of three backticks. No restart.", "  !admin appservices register",
                    $"To see it afterwards: !admin appservices show-appservice-config {id}",
                ]),
        ];
    }
}
