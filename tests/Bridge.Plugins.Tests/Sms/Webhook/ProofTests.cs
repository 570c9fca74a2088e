using System.Security.Cryptography;
using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms;
using Bridge.Plugin.Sms.Webhook;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Webhook;

/// <summary>Whom a service's calls are believed of.</summary>
public sealed class ProofTests
{
    // Of RFC 7519's usual example (jwt.io).
    private const string Sample =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
        + "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

    private const string Body = """{"from":"+4915100000012","text":"Grüße 😀"}""";
    private static readonly Secret s_secret = new(ServiceShape.Secret);

    public static TheoryData<string, string, string?, WebhookEncoding, string, string> Signatures { get; } = new()
    {
        // The one that GitHub's documentation shows; the others were made with openssl.
        { "It's a Secret to Everybody", "Hello, World!", null, WebhookEncoding.Hex, "sha256=",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17" },
        { ServiceShape.Secret, Body, "{timestamp}.{body}", WebhookEncoding.Hex, "",
            "ff743718f45bc9cc2a61fa11182238f400b07d5bb19b59d1ed7479d16011c603" },
        { ServiceShape.Secret, Body, "v0:{timestamp}:{body}", WebhookEncoding.Hex, "v0=",
            "v0=15EEC22B0D5AE2C92A3402447304FE2E155EE6C08EE2C15349408702A74710FE" },
        { ServiceShape.Secret, Body, "{body}{timestamp}", WebhookEncoding.Base64, "", "e5LR+V7lXasQhRSnLvaCjf0T26+7z2AHGX9t0+VhSfQ=" },
        { ServiceShape.Secret, Body, null, WebhookEncoding.Base64, "", "9h2whK/jinzMprZb5rKOOFwT28Dojevkea6zfKPspVs" },
    };

    [Theory]
    [MemberData(nameof(Signatures))]
    public void What_is_signed_is_believed_and_nothing_else(string secret, string body, string? over, WebhookEncoding encoding, string prefix,
        string signature)
    {
        var auth = new WebhookAuthOptions
        {
            By = WebhookProof.Hmac, Name = "X-Signature", Over = over, Encoding = encoding, Prefix = prefix, Timestamp = over is null ? null
                : "X-Timestamp",
        };
        bool IsOf(string by, string what, string at, string shown) =>
            WebhookSignature.IsOf(new Secret(by), auth, Encoding.UTF8.GetBytes(what), at, shown);
        Assert.True(IsOf(secret, body, "1532000000", signature));
        Assert.False(IsOf(secret + "x", body, "1532000000", signature));
        Assert.False(IsOf(secret, body + " ", "1532000000", signature));
        Assert.False(IsOf(secret, body, "1532000000", signature[..^2]));
        Assert.False(IsOf(secret, body, "1532000000", signature[1..]));
        Assert.False(IsOf(secret, body, "1532000000", ""));
        Assert.Equal(over is null, IsOf(secret, body, "1532000001", signature));
    }

    [Fact]
    public void A_token_is_believed_of_its_secret_and_time_and_body_alone()
    {
        var (secret, made) = (new Secret("your-256-bit-secret"), DateTimeOffset.FromUnixTimeSeconds(1516239022));
        Assert.True(WebhookToken.IsSigned(secret, Sample));
        Assert.True(WebhookToken.IsFresh(Sample, made.AddMinutes(5)));
        Assert.True(WebhookToken.IsFor(Sample, "anything"u8)); // it says nothing of a body
        Assert.False(WebhookToken.IsFresh(Sample, made.AddMinutes(6)));
        Assert.False(WebhookToken.IsSigned(s_secret, Sample));
        for (var i = 0; i < Sample.Length; i++)
        {
            Assert.False(WebhookToken.IsSigned(secret, Sample[..i] + (Sample[i] == 'A' ? 'Q' : 'A') + Sample[(i + 1)..]) && i != Sample.Length - 1,
                $"{i}");
            Assert.False(WebhookToken.IsSigned(secret, Sample[..i]));
        }
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"HS512"}""")]
    [InlineData("""{}""")]
    [InlineData("nonsense")]
    public void A_token_that_was_made_otherwise_is_not_believed(string header) =>
        Assert.False(WebhookToken.IsSigned(s_secret, Token(header, """{"iat":1}""")));

    [Theory]
    [InlineData("""{"iat":1516239022}""", true)]
    [InlineData("""{"iat":1516239022.5,"exp":1516239023}""", true)]
    [InlineData("""{"nbf":1516239000,"exp":1516239082}""", true)] // as MessageBird does it
    [InlineData("""{"exp":1516239022}""", false)]
    [InlineData("""{"nbf":1516240000,"exp":1516249082}""", false)]
    [InlineData("""{"iat":-1e300}""", false)]
    [InlineData("""{"iat":1e300}""", false)]
    [InlineData("""{"sub":"for ever"}""", false)]
    [InlineData("""{"iat":"now"}""", false)]
    [InlineData("nonsense", false)]
    public void A_token_has_a_time(string claims, bool isFresh) =>
        Assert.Equal(isFresh, WebhookToken.IsFresh(Token("""{"alg":"HS256"}""", claims), DateTimeOffset.FromUnixTimeSeconds(1516239022)));

    [Fact]
    public async Task A_token_of_another_body_or_an_old_one_or_none_is_refused()
    {
        var clock = new ManualClock();
        await using var sms = await RunningWebhook.StartAsync(clock: clock);
        var (rest, text) = sms.Service.Shape.Message("m1", "+4915100000012", "x");
        var body = Encoding.UTF8.GetBytes(text);
        var now = clock.GetUtcNow();
        Assert.Equal(403, (await sms.Call(rest, body, sms.Service.Shape.Sign("{}"u8.ToArray(), now))).Status);
        Assert.Equal(403, (await sms.Call(rest, body, sms.Service.Shape.Sign(body, now.AddMinutes(-6)))).Status);
        Assert.Equal(403, (await sms.Call(rest, body, [("Authorization", "Bearer " + ServiceShape.Secret)])).Status);
        Assert.Equal(401, (await sms.Call(rest, body, [])).Status);
        Assert.Empty(sms.Heard);
        Assert.Equal(4, sms.Memory.Dropped.Values.Sum());
        Assert.Equal(200, (await sms.Call(rest, body, sms.Service.Shape.Sign(body, now.AddMinutes(-4)))).Status);
        Assert.Single(sms.Heard);
    }

    [Fact]
    public async Task A_signature_with_a_time_is_good_for_five_minutes()
    {
        var clock = new ManualClock();
        await using var sms = await RunningWebhook.StartAsync("vonage", With(new WebhookAuthOptions
        {
            By = WebhookProof.Hmac, Name = "X-Signature", Timestamp = "X-Timestamp",
        }), clock);
        var body = Encoding.UTF8.GetBytes(sms.Service.Shape.Message("m1", "+4915100000012", "x").Body);
        foreach (var (minutes, status) in ((int, int)[])[(0, 200), (-4, 200), (4, 200), (-6, 403), (6, 403)])
        {
            var at = $"{clock.GetUtcNow().AddMinutes(minutes).ToUnixTimeSeconds()}";
            var signed = Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ServiceShape.Secret),
                (byte[])[.. Encoding.UTF8.GetBytes(at + "."), .. body]));
            Assert.Equal(status, (await sms.Call("/message", body, [("X-Signature", signed), ("X-Timestamp", at)])).Status);
            Assert.Equal(403, (await sms.Call("/message", body, [("X-Signature", signed), ("X-Timestamp", at + "0")])).Status);
            Assert.Equal(403, (await sms.Call("/message", body, [("X-Signature", signed)])).Status);
        }

        Assert.Equal(3, sms.Heard.Count);
    }

    [Theory]
    [InlineData(WebhookProof.Bearer, "Authorization", "Bearer ", 200)]
    [InlineData(WebhookProof.Bearer, "Authorization", "bearer ", 200)]
    [InlineData(WebhookProof.Header, "X-Token", "", 200)]
    [InlineData(WebhookProof.Header, "X-Token", "Bearer ", 403)]
    [InlineData(WebhookProof.Header, "X-Other", "", 401)]
    public async Task A_secret_in_a_header_is_enough(WebhookProof by, string header, string scheme, int status)
    {
        await using var sms = await RunningWebhook.StartAsync("vonage",
            With(new WebhookAuthOptions { By = by, Name = by == WebhookProof.Header ? "X-Token" : null }));
        var body = Encoding.UTF8.GetBytes(sms.Service.Shape.Message("m1", "+4915100000012", "x").Body);
        Assert.Equal(status, (await sms.Call("/message", body, [(header, scheme + ServiceShape.Secret)])).Status);
        Assert.Equal(status == 200 ? 403 : status, (await sms.Call("/message", body, [(header, scheme + "wrong")])).Status);
        Assert.Equal(status == 200 ? 1 : 0, sms.Heard.Count);
    }

    [Fact]
    public async Task A_secret_may_stand_in_the_body()
    {
        await using var sms = await RunningWebhook.StartAsync("teltonika");
        foreach (var (secret, status) in ((string, int)[])[("wrong", 403), (ServiceShape.Secret, 200)])
        {
            var body = Encoding.UTF8.GetBytes($$"""{"sender":"+4915100000012","text":"x","token":"{{secret}}"}""");
            Assert.Equal(status, (await sms.Call("/message", body, [])).Status);
        }

        Assert.Single(sms.Heard);
    }

    private static Func<DriverOptions, DriverOptions> With(WebhookAuthOptions auth) => driver =>
        driver with { Receive = driver.Receive! with { Auth = auth } };

    private static string Token(string header, string claims)
    {
        static string Part(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var signed = $"{Part(Encoding.UTF8.GetBytes(header))}.{Part(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Part(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ServiceShape.Secret), Encoding.ASCII.GetBytes(signed)))}";
    }
}
