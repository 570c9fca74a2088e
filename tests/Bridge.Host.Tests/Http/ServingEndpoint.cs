using System.Text;
using Bridge.Abstractions;
using Bridge.Testing.Endpoints;

namespace Bridge.Host.Tests.Http;

/// <summary>A fake whose network calls it over HTTP: it remembers the calls and answers as the test says.</summary>
internal sealed class ServingEndpoint : FakeEndpoint, IServeHttp
{
    private readonly List<(HttpCall Call, byte[] Body)> _calls = [];

    public long MostBytes { get; set; } = 1_000;

    public Func<HttpCall, CancellationToken, ValueTask<HttpReply>>? Serve { get; set; }

    public IReadOnlyList<(HttpCall Call, byte[] Body)> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public async ValueTask<HttpReply> ServeAsync(HttpCall call, CancellationToken cancellationToken)
    {
        if (Serve is { } serve)
        {
            return await serve(call, cancellationToken);
        }

        using var body = new MemoryStream();
        await call.Body.CopyToAsync(body, cancellationToken);
        lock (_calls)
        {
            _calls.Add((call, body.ToArray()));
        }

        return new HttpReply(200, Encoding.UTF8.GetBytes("{}"));
    }
}
