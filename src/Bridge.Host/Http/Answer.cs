namespace Bridge.Host.Http;

/// <summary>What a page says.</summary>
internal sealed record Answer(int Status, string ContentType, string Body)
{
    public static Answer Text(int status, string line) => new(status, "text/plain; charset=utf-8", line + "\n");

    public static Answer Json(int status, string body) => new(status, "application/json", body + "\n");
}

/// <summary>Answers requests for one path.</summary>
/// <param name="trusted">True when whoever asks may see more than a word.</param>
/// <param name="cancellationToken">The one who asked went away, or waited long enough.</param>
internal delegate Task<Answer> Page(bool trusted, CancellationToken cancellationToken);
