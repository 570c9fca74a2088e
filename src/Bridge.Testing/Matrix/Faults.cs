namespace Bridge.Testing.Matrix;

/// <summary>What goes wrong on purpose, in the order in which it was asked for; nothing by default.</summary>
public sealed class Faults
{
    private readonly Lock _gate = new();
    private readonly List<Planned> _planned = [];

    /// <summary>The next calls of this operation fail so.</summary>
    public void Next(Operation operation, Fault fault, int times = 1) => Add(new Planned(call => call.Operation == operation, fault, times));

    /// <summary>All calls of this operation fail so, until <see cref="Clear"/>.</summary>
    public void Always(Operation operation, Fault fault) => Next(operation, fault, int.MaxValue);

    /// <summary>All calls fail so, until <see cref="Clear"/>.</summary>
    public void Everywhere(Fault fault) => Add(new Planned(_ => true, fault, int.MaxValue));

    /// <summary>The next calls for which this is true fail so.</summary>
    public void When(Func<MatrixCall, bool> meant, Fault fault, int times = int.MaxValue) => Add(new Planned(meant, fault, times));

    /// <summary>All is well again.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _planned.Clear();
        }
    }

    internal Fault? Take(MatrixCall call)
    {
        lock (_gate)
        {
            var planned = _planned.Find(planned => planned.Meant(call));
            if (planned is { Times: < int.MaxValue } && --planned.Times == 0)
            {
                _planned.Remove(planned);
            }

            return planned?.Fault;
        }
    }

    private void Add(Planned planned)
    {
        lock (_gate)
        {
            _planned.Add(planned);
        }
    }

    private sealed class Planned(Func<MatrixCall, bool> meant, Fault fault, int times)
    {
        public Func<MatrixCall, bool> Meant => meant;

        public Fault Fault => fault;

        public int Times { get; set; } = times;
    }
}

/// <summary>One thing that can go wrong: a closed hierarchy, with the faults of the field as members.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>This is answered instead, and nothing is done.</summary>
    public sealed record Answers(Answer Answer) : Fault;

    /// <summary>The work is done and the connection dropped without an answer; or, before the work, nothing is done.</summary>
    public sealed record Drops(bool AfterTheWork) : Fault;

    /// <summary>The work is done, the answer comes later.</summary>
    public sealed record Waits(TimeSpan Time) : Fault;

    /// <summary>No answer until the caller gives up. The work is not done.</summary>
    public sealed record Hangs : Fault;

    /// <summary>429 with <c>Retry-After</c> in the header alone.</summary>
    public static Fault RateLimitedWithHeader(TimeSpan after) => new Answers(Limited(null) with { RetryAfter = $"{(long)Math.Ceiling(after.TotalSeconds)}" });

    /// <summary>429 with <c>retry_after_ms</c> in the body alone, as older servers send it.</summary>
    public static Fault RateLimitedWithBodyField(TimeSpan after) => new Answers(Limited((long)after.TotalMilliseconds));

    /// <summary>429 that does not say for how long.</summary>
    public static Fault RateLimitedWithNeither { get; } = new Answers(Limited(null));

    /// <summary>429 with a day in the header.</summary>
    public static Fault RateLimitedForADay { get; } = RateLimitedWithHeader(TimeSpan.FromDays(1));

    /// <summary>Does the work and drops the connection: the caller cannot know.</summary>
    public static Fault AnswerLost { get; } = new Drops(AfterTheWork: true);

    /// <summary>Drops the connection before anything is done: the caller cannot know that either.</summary>
    public static Fault ConnectionLost { get; } = new Drops(AfterTheWork: false);

    /// <summary>As a proxy answers whose homeserver is away: 502, 503, 504, with HTML.</summary>
    public static Fault ProxyError(int status) => new Answers(new Answer(status, "<html>bad gateway</html>"u8.ToArray(), "text/html"));

    /// <summary>401: the token is not (or no longer) known.</summary>
    public static Fault UnknownToken { get; } = new Answers(Answer.Error(401, "M_UNKNOWN_TOKEN", "Invalid access token passed."));

    /// <summary>Slow mode.</summary>
    public static Fault Slow(TimeSpan time) => new Waits(time);

    /// <summary>A media repository that answers 200 and an error as JSON.</summary>
    public static Fault OkWithJsonError { get; } = new Answers(new Answer(200, """{"errcode":"M_NOT_FOUND","error":"Not found"}"""u8.ToArray()));

    /// <summary>307 to another host.</summary>
    public static Fault RedirectTo(Uri elsewhere) => new Answers(new Answer(307, default) { Location = elsewhere });

    private static Answer Limited(long? milliseconds) => milliseconds is { } wait
        ? Answer.Ok(new { errcode = "M_LIMIT_EXCEEDED", error = "Too Many Requests", retry_after_ms = wait }) with { Status = 429 }
        : Answer.Error(429, "M_LIMIT_EXCEEDED", "Too Many Requests");
}
