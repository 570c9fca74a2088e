using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Bridge.Host.Tests.Otlp;

/// <summary>Takes traces and metrics as a collector does (OTLP over HTTP), and keeps what came.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();
    private readonly Task _serving;

    public Collector()
    {
        Url = $"http://127.0.0.1:{FreePort()}";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public string Url { get; }

    /// <summary>Names stand in protobuf as they are: what came to a path, as far as it can be read as text.</summary>
    public string ReceivedAt(string path) =>
        string.Join('\n', _received.Where(request => request.Path == path).Select(request => Encoding.Latin1.GetString(request.Body)));

    public bool Has(string path, ReadOnlySpan<byte> bytes)
    {
        foreach (var (_, body) in _received.Where(request => request.Path == path))
        {
            if (body.AsSpan().IndexOf(bytes) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                _received.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
