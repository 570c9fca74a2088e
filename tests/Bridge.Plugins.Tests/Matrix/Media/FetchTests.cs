using System.Net;
using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Media;
using Bridge.Plugin.Matrix.Protocol;
using Bridge.Testing.Endpoints;
using Bridge.Testing.Matrix;
using Xunit;

namespace Bridge.Plugins.Tests.Matrix.Media;

/// <summary>Media from a homeserver, and from where it redirects to.</summary>
public sealed class FetchTests
{
    private static readonly byte[] s_picture = [.. Enumerable.Range(0, 300_000).Select(i => (byte)i)];
    private static readonly Actor s_actor = new("@bridge:hs.test", new Secret("as-token"), IsAssumed: false);

    [Fact]
    public async Task A_medium_is_fetched_with_the_token_in_pieces()
    {
        await using var homeserver = await Homeserver.StartAsync(null, new AppService());
        var (blobs, fetcher) = Fetcher(homeserver);
        using (fetcher)
        {
            var kept = Assert.IsType<Fetched.Kept>(await FetchAsync(fetcher, homeserver.User("alice").Upload(s_picture, "image/png")));
            Assert.Equal(("image/png", (long)s_picture.Length), (kept.ContentType, kept.Blob.Size));
            Assert.Equal(s_picture, blobs[kept.Blob.Id]);
            Assert.InRange(blobs.LargestRead, 1, 100_000);
        }
    }

    [Fact]
    public async Task A_medium_whose_bytes_were_destroyed_is_fetched_again()
    {
        await using var homeserver = await Homeserver.StartAsync(null, new AppService());
        var (blobs, fetcher) = Fetcher(homeserver);
        using (fetcher)
        {
            var address = homeserver.User("alice").Upload(s_picture, "image/png");
            var kept = Assert.IsType<Fetched.Kept>(await FetchAsync(fetcher, address));
            await FetchAsync(fetcher, address);
            Assert.Single(homeserver.Calls);
            blobs.Forget(kept.Blob.Id);
            Assert.IsType<Fetched.Kept>(await FetchAsync(fetcher, address));
            Assert.Equal(s_picture, blobs[kept.Blob.Id]);
        }
    }

    [Fact]
    public async Task An_older_homeserver_is_asked_the_old_way_without_the_token()
    {
        await using var homeserver = await Homeserver.StartAsync(new HomeserverOptions { Media = MediaService.BeforeAuthentication }, new AppService());
        var (_, fetcher) = Fetcher(homeserver);
        using (fetcher)
        {
            Assert.IsType<Fetched.Kept>(await FetchAsync(fetcher, homeserver.User("alice").Upload(s_picture, "image/png")));
            Assert.Null(homeserver.Calls.Single(call => call.Operation == Operation.OldDownload).Token);
        }
    }

    [Fact]
    public async Task What_is_nowhere_is_missing()
    {
        await using var homeserver = await Homeserver.StartAsync(null, new AppService());
        var (_, fetcher) = Fetcher(homeserver);
        using (fetcher)
        {
            Assert.IsType<Fetched.Missing>(await FetchAsync(fetcher, "mxc://hs.test/nothing"));
            Assert.IsType<Fetched.Missing>(await FetchAsync(fetcher, "mxc://hs.test/../../secret"));
            Assert.IsType<Fetched.Missing>(await FetchAsync(fetcher, "https://example.org/a.png"));
            Assert.Equal(2, homeserver.Calls.Count);
        }
    }

    [Fact]
    public async Task A_200_with_an_error_in_it_is_no_picture()
    {
        await using var homeserver = await Homeserver.StartAsync(null, new AppService());
        var (blobs, fetcher) = Fetcher(homeserver);
        using (fetcher)
        {
            homeserver.Faults.Next(Operation.Download, Fault.OkWithJsonError);
            Assert.IsType<Fetched.Missing>(await FetchAsync(fetcher, homeserver.User("alice").Upload(s_picture, "image/png")));
            Assert.Equal(0, blobs.Count);
        }
    }

    [Fact]
    public async Task A_redirect_to_another_host_is_followed_without_the_token()
    {
        await using var homeserver = await Homeserver.StartAsync(null, new AppService());
        await using var elsewhere = await Homeserver.StartAsync(new HomeserverOptions { Media = MediaService.BeforeAuthentication });
        homeserver.Faults.Next(Operation.Download, Fault.RedirectTo(At(elsewhere)));
        var (blobs, fetcher) = Fetcher(homeserver, mayReach: _ => true);
        using (fetcher)
        {
            var kept = Assert.IsType<Fetched.Kept>(await FetchAsync(fetcher, "mxc://hs.test/x"));
            Assert.Equal(s_picture, blobs[kept.Blob.Id]);
            Assert.Null(Assert.Single(elsewhere.Calls).Token);
        }
    }

    [Fact]
    public async Task A_redirect_to_a_private_address_is_not_followed()
    {
        await using var homeserver = await Homeserver.StartAsync(null, new AppService());
        await using var beside = await Homeserver.StartAsync(new HomeserverOptions { Media = MediaService.BeforeAuthentication });
        homeserver.Faults.Next(Operation.Download, Fault.RedirectTo(At(beside)));
        var (_, fetcher) = Fetcher(homeserver);
        using (fetcher)
        {
            Assert.Contains("private", Assert.IsType<Fetched.Missing>(await FetchAsync(fetcher, "mxc://hs.test/x")).Why, StringComparison.Ordinal);
            Assert.Empty(beside.Calls);
        }
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        await using var homeserver = await Homeserver.StartAsync(null, new AppService());
        homeserver.Faults.Always(Operation.Download, Fault.RedirectTo(new Uri(homeserver.Url, "/_matrix/client/v1/media/download/hs.test/x")));
        var (_, fetcher) = Fetcher(homeserver);
        using (fetcher)
        {
            Assert.IsType<Fetched.Missing>(await FetchAsync(fetcher, "mxc://hs.test/x"));
            Assert.InRange(homeserver.Calls.Count, 2, 5);
        }
    }

    [Fact]
    public async Task Too_large_a_medium_is_not_kept()
    {
        await using var homeserver = await Homeserver.StartAsync(null, new AppService());
        var (blobs, fetcher) = Fetcher(homeserver);
        using (fetcher)
        {
            var address = homeserver.User("alice").Upload(s_picture, "image/png");
            Assert.IsType<Fetched.Missing>(await fetcher.FetchAsync(address, s_actor, "image/png", AttachmentKind.Image, 1000, TestContext.Current.CancellationToken));
            Assert.Equal(0, blobs.Count);
        }
    }

    [Fact]
    public async Task A_busy_or_broken_homeserver_is_asked_again_later()
    {
        await using var homeserver = await Homeserver.StartAsync(null, new AppService());
        var (_, fetcher) = Fetcher(homeserver);
        using (fetcher)
        {
            var address = homeserver.User("alice").Upload(s_picture, "image/png");
            homeserver.Faults.Next(Operation.Download, Fault.RateLimitedWithHeader(TimeSpan.FromSeconds(7)));
            homeserver.Faults.Next(Operation.Download, Fault.ProxyError(502));
            homeserver.Faults.Next(Operation.Download, Fault.ConnectionLost);
            Assert.Equal(TimeSpan.FromSeconds(7), Assert.IsType<Fetched.Later>(await FetchAsync(fetcher, address)).After);
            Assert.IsType<Fetched.Later>(await FetchAsync(fetcher, address));
            Assert.IsType<Fetched.Later>(await FetchAsync(fetcher, address));
            Assert.IsType<Fetched.Kept>(await FetchAsync(fetcher, address));
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.BadGateway)]
    public async Task A_connection_that_is_reset_in_the_middle_of_the_answer_is_the_networks_fault(HttpStatusCode status)
    {
        using var network = new Resetting(status);
        using var client = new MatrixClient(new Uri("http://hs.test"), network, TimeProvider.System);
        using var fetcher = new MediaFetcher(client, new MemoryBlobs(), TimeProvider.System);
        Assert.IsType<Fetched.Later>(await FetchAsync(fetcher, "mxc://hs.test/x"));
    }

    [Fact]
    public async Task A_full_disk_is_not_the_networks_fault()
    {
        await using var homeserver = await Homeserver.StartAsync(null, new AppService());
        using var client = new MatrixClient(homeserver.Url, null, TimeProvider.System);
        using var fetcher = new MediaFetcher(client, new FullDisk(), TimeProvider.System);
        await Assert.ThrowsAsync<IOException>(() => FetchAsync(fetcher, homeserver.User("alice").Upload(s_picture, "image/png")));
    }

    [Theory]
    [InlineData("127.0.0.1", false), InlineData("10.1.2.3", false), InlineData("192.168.1.1", false), InlineData("172.31.0.1", false), InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false), InlineData("0.0.0.0", false), InlineData("::1", false), InlineData("fe80::1", false), InlineData("fd00::1", false)]
    [InlineData("::ffff:10.0.0.1", false), InlineData("64:ff9b::a00:1", false), InlineData("224.0.0.1", false), InlineData("255.255.255.255", false)]
    [InlineData("9.9.9.9", true), InlineData("172.32.0.1", true), InlineData("2620:fe::fe", true)]
    public void Private_addresses_are_known(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("image/png", "image/png", "image/png")]
    [InlineData("image/*", "image/webp", "image/webp")]
    [InlineData("image/png", "image/jpeg", "image/png")]
    [InlineData("image/png", null, "image/png")]
    [InlineData("image/png", "application/json", null)]
    [InlineData("image/png", "text/html", null)]
    [InlineData("image/png", "text/plain", null)]
    [InlineData("application/json", "application/json", "application/json")]
    [InlineData("application/octet-stream", "application/pdf", "application/pdf")]
    [InlineData("application/pdf", "application/json", null)]
    public void The_type_is_what_both_say(string promised, string? sent, string? agreed) => Assert.Equal(agreed, MediaTypes.Agreed(promised, sent, AttachmentKind.Image));

    private static Uri At(Homeserver other) =>
        new(other.Url, "/_matrix/media/v3/download/" + other.User("x").Upload(s_picture, "image/png")["mxc://".Length..]);

    private static (MemoryBlobs Blobs, MediaFetcher Fetcher) Fetcher(Homeserver homeserver, Func<IPAddress, bool>? mayReach = null)
    {
        var blobs = new MemoryBlobs();
        return (blobs, new MediaFetcher(new MatrixClient(homeserver.Url, null, TimeProvider.System), blobs, TimeProvider.System, mayReach));
    }

    private static Task<Fetched> FetchAsync(MediaFetcher fetcher, string address) =>
        fetcher.FetchAsync(address, s_actor, "image/png", AttachmentKind.Image, 10_000_000, TestContext.Current.CancellationToken);

    /// <summary>Each answer breaks off by a plain <see cref="IOException"/>, as .NET tells of a connection that is reset.</summary>
    private sealed class Resetting(HttpStatusCode status) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = new MemoryBlobs();
            var id = body.Store(s_picture).Id;
            body.Damage(id, readable: 1000);
            var content = new StreamContent((await body.OpenAsync(id, cancellationToken))!) { Headers = { ContentType = new("image/png") } };
            return new HttpResponseMessage(status) { Content = content };
        }
    }

    private sealed class FullDisk : IBlobs
    {
        public ValueTask<StoredBlob> StoreAsync(Stream content, long most, CancellationToken cancellationToken) =>
            throw new IOException("no space left");

        public ValueTask<Stream?> OpenAsync(BlobId blob, CancellationToken cancellationToken) => new((Stream?)null);
    }
}
