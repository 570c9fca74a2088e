using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bridge.Testing.Matrix;

/// <summary>The HTTP side of the homeserver: Kestrel alone.</summary>
internal sealed class CallServer(
    World world, Routes routes, Faults faults, HomeserverOptions options, Func<Passage, Task> passing, Action<MatrixCall> remember)
    : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private KestrelServer? _server;
    private int _port = options.Port;

    public Uri Url => new($"http://127.0.0.1:{_port}/");

    public async Task StartAsync()
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Listen(System.Net.IPAddress.Loopback, _port, listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(Microsoft.Extensions.Options.Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _server = new KestrelServer(Microsoft.Extensions.Options.Options.Create(kestrel), transport, NullLoggerFactory.Instance);
        await _server.StartAsync(this, CancellationToken.None);
        _port = new Uri(_server.Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    public ValueTask DisposeAsync() => new(StopAsync());

    /// <summary>Connections are broken off, not waited for.</summary>
    public async Task StopAsync()
    {
        if (_server is not { } server)
        {
            return;
        }

        await server.StopAsync(new CancellationToken(canceled: true));
        server.Dispose();
        _server = null;
    }

    HttpContext IHttpApplication<HttpContext>.CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    void IHttpApplication<HttpContext>.DisposeContext(HttpContext context, Exception? exception)
    {
    }

    async Task IHttpApplication<HttpContext>.ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await ServeAsync(context);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            context.Abort(); // Who called is gone.
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        var call = await ReadAsync(context.Request);
        var route = routes.Find(call);
        remember(call);
        await passing(new Passage(Moment.Arrived, call, null));
        var fault = faults.Take(call);
        switch (fault)
        {
            case Fault.Drops { AfterTheWork: false }:
                context.Abort();
                return;
            case Fault.Hangs:
                await Task.Delay(Timeout.InfiniteTimeSpan, options.Clock, context.RequestAborted);
                return;
            default:
                call.Answer = fault is Fault.Answers answers ? answers.Answer : await WorkAsync(route, call, context.RequestAborted);
                break;
        }

        if (fault is Fault.Waits waits)
        {
            await Task.Delay(waits.Time, options.Clock, context.RequestAborted);
        }

        await passing(new Passage(Moment.BeforeAnswer, call, null));
        if (fault is Fault.Drops)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context.Response, call.Answer);
        await passing(new Passage(Moment.AfterAnswer, call, null));
    }

    private async Task<Answer> WorkAsync(Route? route, MatrixCall call, CancellationToken cancellationToken)
    {
        if (route is null)
        {
            return Answer.Error(404, "M_UNRECOGNIZED", "Unrecognized request");
        }

        try
        {
            lock (world.Gate)
            {
                Callers.Recognise(world, call, route.NeedsToken);
                if (route.Waiting is null)
                {
                    return route.Work(call);
                }
            }

            return await route.Waiting(call, cancellationToken);
        }
        catch (MatrixException refused)
        {
            return refused.Answer;
        }
    }

    private static async Task<MatrixCall> ReadAsync(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var length = (int)(request.ContentLength ?? 0);
        using var body = new MemoryStream(length);
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var token = request.Headers.Authorization.ToString();
        return new MatrixCall
        {
            Method = request.Method,
            Path = target.Split('?', 2)[0],
            Query = request.Query.ToDictionary(entry => entry.Key, entry => entry.Value.ToString()),
            Body = body.GetBuffer().AsMemory(0, (int)body.Length),
            ContentType = request.ContentType,
            HasLength = request.ContentLength is not null,
            Token = token.StartsWith("Bearer ", StringComparison.Ordinal) ? token[7..] : null,
        };
    }

    private static async Task WriteAsync(HttpResponse response, Answer answer)
    {
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        if (answer.RetryAfter is not null)
        {
            response.Headers.RetryAfter = answer.RetryAfter;
        }

        if (answer.Location is not null)
        {
            response.Headers.Location = answer.Location.AbsoluteUri;
        }

        await response.Body.WriteAsync(answer.Body, response.HttpContext.RequestAborted);
        await response.CompleteAsync();
    }
}
