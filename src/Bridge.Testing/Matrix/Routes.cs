namespace Bridge.Testing.Matrix;

/// <summary>One path the homeserver knows.</summary>
/// <param name="Method">Of HTTP.</param>
/// <param name="Pattern">Segments; <c>{}</c> is a variable one, <c>**</c> at the end takes what is left or nothing.</param>
/// <param name="Operation">What it asks for.</param>
/// <param name="Work">Done under the lock of the world.</param>
internal sealed record Route(string Method, string Pattern, Operation Operation, Func<MatrixCall, Answer> Work)
{
    /// <summary>False of the few calls that need no token.</summary>
    public bool NeedsToken { get; init; } = true;

    /// <summary>In the place of <see cref="Work"/>, for what must wait; takes the lock itself.</summary>
    public Func<MatrixCall, CancellationToken, Task<Answer>>? Waiting { get; init; }

    public string[] Segments { get; } = Pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Finds the route of a path.</summary>
internal sealed class Routes
{
    private readonly ILookup<string, Route> _byMethod;

    public Routes(IEnumerable<Route> routes) => _byMethod = routes.ToLookup(route => route.Method);

    public Route? Find(MatrixCall call)
    {
        var segments = call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var route in _byMethod[call.Method])
        {
            if (Match(route.Segments, segments) is { } names)
            {
                (call.Names, call.Operation) = (names, route.Operation);
                return route;
            }
        }

        return null;
    }

    private static List<string>? Match(string[] pattern, string[] segments)
    {
        var open = pattern[^1] == "**";
        var fixedLength = open ? pattern.Length - 1 : pattern.Length;
        if (segments.Length < fixedLength || (!open && segments.Length > fixedLength))
        {
            return null;
        }

        List<string>? names = null;
        for (var i = 0; i < fixedLength; i++)
        {
            if (pattern[i] == "{}")
            {
                (names ??= []).Add(Uri.UnescapeDataString(segments[i]));
            }
            else if (pattern[i] != segments[i])
            {
                return null;
            }
        }

        return [.. names ?? [], .. segments.Skip(fixedLength).Select(Uri.UnescapeDataString)];
    }
}
