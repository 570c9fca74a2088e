namespace Bridge.Abstractions;

/// <summary>Optional. Must be made known to its network before it can work there: <c>bridge registration</c> prints or writes what the network's operator needs.</summary>
public interface IRegister
{
    /// <summary>
    /// The documents, each the same for the same configuration: what exists already keeps its secrets, what does not gets new ones. Asked of an endpoint that
    /// does not run, beside one that may; changes nothing. An exception says why it cannot be done (without address, text or secret).
    /// </summary>
    /// <param name="reachedAt">Where the network finds this endpoint at the host (<see cref="IServeHttp"/>); null when the host does not listen.</param>
    /// <param name="cancellationToken">Given up.</param>
    ValueTask<EquatableArray<RegistrationDocument>> RegistrationAsync(Uri? reachedAt, CancellationToken cancellationToken);
}

/// <summary>One file for the network.</summary>
/// <param name="Name">What it is, in a few words.</param>
/// <param name="Text">Its whole content; it holds secrets.</param>
/// <param name="File">Where the configuration wants it; null when it is only shown.</param>
/// <param name="Steps">What is done with it, for people: a heading, then its lines, for each kind of server.</param>
public sealed record RegistrationDocument(string Name, Secret Text, FileInfo? File, EquatableArray<RegistrationSteps> Steps);

/// <summary>What the operator of one kind of server does.</summary>
/// <param name="Server">The kind.</param>
/// <param name="Lines">In order; a line that begins with two spaces is to be pasted as it stands.</param>
public sealed record RegistrationSteps(string Server, EquatableArray<string> Lines);
