namespace Bridge.Host.Configuration;

/// <summary>Every diagnostic there is. A test fails on an entry that no file under Configuration/Cases provokes.</summary>
public static class DiagnosticKinds
{
    private static readonly List<DiagnosticKind> s_all = [];

    /// <summary>In the order of their codes.</summary>
    public static IReadOnlyList<DiagnosticKind> All => s_all;

    // 00: files
    public static readonly DiagnosticKind FileUnreadable = Error("0001", "a configuration file cannot be read", "check the path and its permissions");
    public static readonly DiagnosticKind FileTooLarge =
        Error("0002", "a configuration file is too large", "split it into a folder of files, each under 1 MB");
    public static readonly DiagnosticKind FolderEmpty =
        Error("0003", "a configuration folder has no files", "put *.yaml files into it; *.test.yaml do not count");

    // 01: YAML and shape
    public static readonly DiagnosticKind InvalidYaml = Error("0101", "not YAML", "check indentation, quotes and brackets at this place");
    public static readonly DiagnosticKind TabIndent = Error("0102", "a tab as indentation", "indent with spaces");
    public static readonly DiagnosticKind DuplicateKey = Error("0103", "a key twice in one map", "keep one of them");
    public static readonly DiagnosticKind MergeKey = Error("0104", "a YAML merge key", "write the keys out, or put shared values under 'defaults'");
    public static readonly DiagnosticKind Tag = Error("0105", "a YAML tag", "remove the tag; for secrets write ${env:NAME} or ${file:/path}");
    public static readonly DiagnosticKind TooManyValues = Error("0106", "too many values", "use fewer aliases, or split the configuration");
    public static readonly DiagnosticKind UnknownKey = Error("0107", "an unknown key", "remove it");
    public static readonly DiagnosticKind TooDeep = Error("0108", "nested too deeply", "use at most 64 levels");
    public static readonly DiagnosticKind UnknownAnchor =
        Error("0109", "an alias without its anchor", "define the anchor (&name) before its alias (*name)");
    public static readonly DiagnosticKind KeyNotText = Error("0110", "a key that is no text", "put a text that begins with {{ or [ into quotes");
    public static readonly DiagnosticKind WrongShape = Error("0111", "a value of the wrong shape", "see the example in config/bridge.yaml");
    public static readonly DiagnosticKind MissingKey = Error("0112", "a required key is missing", "add it");
    public static readonly DiagnosticKind ManyDocuments =
        Error("0113", "several YAML documents in one file", "split at '---' into files of one folder");
    public static readonly DiagnosticKind NoValue = Error("0114", "a key without a value", "write a value, or remove the key");
    public static readonly DiagnosticKind UnknownVersion = Error("0115", "an unknown language version", "write 'version: 1'");
    public static readonly DiagnosticKind SectionTwice =
        Error("0116", "a section in two files", "keep it in one file; only endpoints and routes are merged");

    // 02: values
    public static readonly DiagnosticKind BadDuration = Error("0201", "no duration", "write a number with a unit: 30s, 5m, 2h, 7d; 0 for none");
    public static readonly DiagnosticKind BadSize = Error("0202", "no size", "write a number with a unit: 512B, 64kB, 2MB, 1GB");
    public static readonly DiagnosticKind BadRate = Error("0203", "no rate", "write a number per time: 6/min, 100/d, 3/10m");
    public static readonly DiagnosticKind BadChoice = Error("0204", "not one of the possible values", "write one of the possible values");
    public static readonly DiagnosticKind BadFlag = Error("0205", "neither true nor false", "write true or false");
    public static readonly DiagnosticKind BadNumber = Error("0206", "not a number in the possible range", "write a whole number");
    public static readonly DiagnosticKind BadZone = Error("0207", "an unknown time zone", "write an IANA name such as Europe/Berlin");
    public static readonly DiagnosticKind BadName =
        Error("0208", "not a name", "use lower-case letters, digits, '-' and '_', beginning with a letter or digit");
    public static readonly DiagnosticKind BadListen = Error("0209", "no address to listen on", "write address:port, such as 127.0.0.1:8480");
    public static readonly DiagnosticKind BadUrl = Error("0210", "no URL", "write it whole, such as https://bridge.example.org");
    public static readonly DiagnosticKind BadEncryptionKey =
        Error("0211", "no encryption key", "write 64 hexadecimal or 44 base64 characters (32 bytes) into the file or variable");
    public static readonly DiagnosticKind TwoKeys =
        Error("0212", "key and passphrase", "keep one of them; the other can be a further slot: bridge keys add");
    public static readonly DiagnosticKind BadToken =
        Error("0213", "no token", "make one with: openssl rand -hex 32");
    public static readonly DiagnosticKind BadKeep = Error("0214", "a time to keep that cannot be", "keep messages for an hour at least, and ids for eight days at least and for as long as messages");

    // 03: secrets
    public static readonly DiagnosticKind VariableMissing =
        Error("0301", "an environment variable is not set", "set it, or validate with --no-secrets");
    public static readonly DiagnosticKind SecretFileUnreadable =
        Error("0302", "a secret's file cannot be read", "check the path and its permissions, or validate with --no-secrets");
    public static readonly DiagnosticKind ReferenceInText =
        Error("0303", "a secret reference inside a text", "make it the whole value: \"${env:NAME}\" or \"${file:/path}\"");
    public static readonly DiagnosticKind LiteralSecret =
        Warning("0304", "a secret in the configuration itself", "move it out: \"${file:/path}\" or \"${env:NAME}\"");
    public static readonly DiagnosticKind OpenSecretFile = Warning("0305", "a secret's file that everybody may read", "chmod 600 it");
    public static readonly DiagnosticKind EmptySecret = Error("0306", "an empty secret", "write a value there, or remove the key");
    public static readonly DiagnosticKind ShortPassphrase =
        Warning("0307", "a short passphrase", "take four or five words; if data is under this one already, add them first: bridge keys add passphrase");

    // 04: endpoints
    public static readonly DiagnosticKind UnknownPlugin = Error("0401", "an unknown plugin", "install it under plugins/, or correct the name");
    public static readonly DiagnosticKind PluginFailed =
        Warning("0402", "a plugin that did not load", "see 'bridge plugins'; the endpoint stays disabled until then");
    public static readonly DiagnosticKind BadOption = Error("0403", "an option of the wrong type", "see the plugin's options");
    public static readonly DiagnosticKind RefusedOption = Error("0404", "an option that the plugin refuses", "see the plugin's options");
    public static readonly DiagnosticKind EndpointTwice = Error("0405", "an endpoint in two files", "rename one of them");
    public static readonly DiagnosticKind DoubtfulOption = Warning("0406", "an option that is probably not meant so", "see the plugin's options");

    // 05: routes
    public static readonly DiagnosticKind RouteTwice = Error("0501", "a route's id twice", "rename one of them");
    public static readonly DiagnosticKind UnknownEndpoint = Error("0502", "an unknown endpoint", "define it under 'endpoints', or correct the name");
    public static readonly DiagnosticKind NotAnAddress = Error("0503", "not an address", "write endpoint:rest, such as home:zigbee2mqtt/kitchen");
    public static readonly DiagnosticKind BadPattern = Error("0504", "an address pattern that cannot match", "write a pattern that the endpoint's plugin takes");
    public static readonly DiagnosticKind BadDestination = Error("0505", "a destination that cannot be sent to", "write an address of the form that the message names");
    public static readonly DiagnosticKind NoLiteralPrefix = Error(
        "0506", "a templated destination without a literal beginning",
        "write the endpoint and the first level or room mark literally, such as home:alerts/{{ topic[1] }}");
    public static readonly DiagnosticKind DataNeedsText = Error("0507", "data to an address that carries only messages", "add 'text'");
    public static readonly DiagnosticKind TextAndPayload = Error("0508", "'text' together with 'payload'", "keep one; use two routes for both");
    public static readonly DiagnosticKind ResolvedAlone = Error("0509", "'resolved' without 'until'", "add 'until', or remove 'resolved'");
    public static readonly DiagnosticKind NeedsWhen = Error("0510", "'until' or 'for' without 'when'", "add 'when'");
    public static readonly DiagnosticKind IdleCooldown = Warning("0511", "a cooldown that does nothing", "give 'every' a time, or remove 'per'");
    public static readonly DiagnosticKind IdleRetained = Warning("0512", "'retained' on messages", "remove it; only data can be retained");
    public static readonly DiagnosticKind IdleAt = Warning("0513", "'at' without 'max_age'", "add 'max_age', or remove 'at'");
    public static readonly DiagnosticKind BadExpression = Error("0514", "an expression that cannot be read", "correct it here");
    public static readonly DiagnosticKind BadTemplate = Error("0515", "a template that cannot be read", "correct it here");
    public static readonly DiagnosticKind Unreachable =
        Warning("0516", "a route that nothing reaches", "move it before the 'final' route, or remove one of them");
    public static readonly DiagnosticKind Shadowed =
        Warning("0517", "a route partly hidden by a 'final' one", "move it before the 'final' route, or give that one a 'when'");
    public static readonly DiagnosticKind EndpointDisabled =
        Warning("0518", "a disabled endpoint in use", "enable the endpoint, or remove the route");
    public static readonly DiagnosticKind NotAllowed =
        Error("0519", "an address that its endpoint's allow and deny lists exclude", "change 'allow' or 'deny' of the endpoint");
    public static readonly DiagnosticKind NoDestination = Error("0520", "a route to nowhere", "add an address to 'to'");

    // 06: what later versions bring
    public static readonly DiagnosticKind NotYet = Error("0601", "not supported yet", "remove it until a later version brings it");

    // 07: links and people
    public static readonly DiagnosticKind LinkTwice = Error("0701", "a link's id twice", "rename one of them; links and routes share their names");
    public static readonly DiagnosticKind OneSide = Error("0702", "a link with one address", "write two addresses or more");
    public static readonly DiagnosticKind UnevenPattern = Error("0703", "a '*' that makes no portals", "write '*' at both ends of two addresses, or nowhere");
    public static readonly DiagnosticKind SideTwice = Error("0704", "an address twice in one link", "keep it once");
    public static readonly DiagnosticKind DataAndWords =
        Error("0705", "a link between data and messages", "write a route with 'text' one way, and a route back");
    public static readonly DiagnosticKind IdlePortal = Warning("0706", "a 'portal' without '*'", "remove it, or end both addresses with '*'");
    public static readonly DiagnosticKind InvitedNowhere =
        Error("0707", "an invitation that cannot be made", "give the people in 'invite' an address on the endpoint where the conversations are made");
    public static readonly DiagnosticKind SharedSide = Warning("0708", "an address in two links", "put all the addresses into one link");
    public static readonly DiagnosticKind UnknownPerson = Error("0709", "an unknown person or group", "define it under 'people' or 'groups', or correct the name");
    public static readonly DiagnosticKind NameTaken = Error("0710", "a name twice", "endpoints, people and groups share their names: rename one of them");
    public static readonly DiagnosticKind AddressTaken = Error("0711", "an address of two people", "keep it with one of them");
    public static readonly DiagnosticKind IdleHistory =
        Warning("0712", "a 'history' beside '*'", "write 'portal: { backfill: ... }' instead, which counts for every portal");

    // 08: access
    public static readonly DiagnosticKind TokenTwice = Error("0801", "one token for two", "make another one with: openssl rand -hex 32");
    public static readonly DiagnosticKind IdleAccess = Warning("0802", "access that nobody can use", "add what is missing, or remove it");
    public static readonly DiagnosticKind ManagedSide =
        Warning("0803", "a management conversation to be carried", "nothing said there is carried: use another conversation, or take it out of access.management");
    public static readonly DiagnosticKind ForgeableCommands =
        Warning("0804", "commands where senders can be forged", "take commands from a network that knows who speaks");

    private static DiagnosticKind Error(string number, string title, string cure) => Add(number, DiagnosticSeverity.Error, title, cure);

    private static DiagnosticKind Warning(string number, string title, string cure) => Add(number, DiagnosticSeverity.Warning, title, cure);

    private static DiagnosticKind Add(string number, DiagnosticSeverity severity, string title, string cure)
    {
        var kind = new DiagnosticKind("BR" + number, severity, title, cure);
        s_all.Add(kind);
        return kind;
    }
}
