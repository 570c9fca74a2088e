using Bridge.Core.Configuration;

namespace Bridge.Host.Configuration;

/// <summary>One thing to say about a configuration: what, where, and what to write instead. Never contains a secret's value.</summary>
/// <param name="Kind">The entry in the registry.</param>
/// <param name="Position">Where it stands.</param>
/// <param name="Message">What is wrong, in one sentence without a final stop.</param>
/// <param name="Cure">What to do about it.</param>
public sealed record Diagnostic(DiagnosticKind Kind, SourcePosition Position, string Message, string Cure)
{
    /// <summary>Stable: <c>BR0107</c>.</summary>
    public string Code => Kind.Code;

    public DiagnosticSeverity Severity => Kind.Severity;

    /// <summary><c>file:line:column error BR0107: message (cure)</c>.</summary>
    public override string ToString() => $"{Position} {(Severity == DiagnosticSeverity.Error ? "error" : "warning")} {Code}: {Message} ({Cure})";
}

/// <summary>Whether a configuration can be used in spite of it.</summary>
public enum DiagnosticSeverity
{
    /// <summary>It can; <c>validate --strict</c> refuses it.</summary>
    Warning,

    /// <summary>It cannot.</summary>
    Error,
}

/// <summary>One entry of the registry (<see cref="DiagnosticKinds"/>).</summary>
/// <param name="Code">Stable for ever: never reused for something else.</param>
/// <param name="Severity">The same wherever it occurs.</param>
/// <param name="Title">For the reference.</param>
/// <param name="Cure">Said when the place knows nothing better.</param>
public sealed record DiagnosticKind(string Code, DiagnosticSeverity Severity, string Title, string Cure);
