using Microsoft.AspNetCore.Http;

namespace Bridge.Host.Http;

/// <summary>Answers requests for one path.</summary>
/// <param name="trusted">True when whoever asks may see more than a word.</param>
/// <param name="cancellationToken">The one who asked went away, or waited long enough.</param>
internal delegate Task<Answer> Page(bool trusted, CancellationToken cancellationToken);

/// <summary>Answers every request below one path, with its own authentication and its own bounds.</summary>
/// <param name="rest">What follows that path; empty, or from its first <c>/</c>; as it was sent.</param>
internal delegate Task<Answer> Branch(HttpContext context, string rest);
