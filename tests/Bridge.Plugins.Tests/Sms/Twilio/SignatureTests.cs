using System.Text;
using Bridge.Abstractions;
using Bridge.Plugin.Sms.Http;
using Bridge.Plugin.Sms.Twilio;
using Xunit;

namespace Bridge.Plugins.Tests.Sms.Twilio;

/// <summary>The signatures were made, or accepted, by Twilio's own library (twilio 6.2.0 of npm), with the token 12345.</summary>
public sealed class SignatureTests
{
    private const string Call = "CallSid=CA1234567890ABCDE&Caller=%2B14158675310&Digits=1234&From=%2B14158675310&To=%2B18005551212";
    private const string Message =
        "To=%2B4915100000000&From=%2B4915112345678&Body=Gr%C3%BC%C3%9Fe+%F0%9F%98%80+%26+mehr+%3D+100%25&NumMedia=0&MessageSid=SM00000000000000000000000000000001";

    [Theory]
    [InlineData("https://example.com", "/myapp.php?foo=1&bar=2", Call, "L/OH5YylLD5NRKLltdqwSvS0BnU=")]
    [InlineData("https://example.com/", "/myapp.php?foo=1&bar=2", Call, "nbjTKFXyL7SOTAXZi6MWqyIuq40=")] // by Twilio with :443
    [InlineData("https://example.com:443", "/myapp.php?foo=1&bar=2", Call, "L/OH5YylLD5NRKLltdqwSvS0BnU=")]
    [InlineData("https://bridge.example.org/endpoints/sms", "/message", Message, "QUOkDlLtsxbhzf95Cg/2lXL/CRk=")]
    [InlineData("https://bridge.example.org/endpoints/sms/", "/message", "a=1&_x=y&A=b&B=&A=a&A=b", "BDzWzpHzEK4mMaE7LL1KSMnZ5wI=")]
    [InlineData("https://bridge.example.org:8443/endpoints/sms", "/report?key=AAAA-_x", "MessageStatus=delivered", "c5nKLDOUBiXp5TEXLfkGvE7bKfw=")]
    [InlineData("https://bridge.example.org:8443/endpoints/sms", "/report?key=AAAA-_x", "MessageStatus=delivered", "/PO9DshtHfVupnCcGjsMou/yud0=")] // without
    public void What_Twilio_signs_is_believed_and_nothing_else(string root, string rest, string form, string signature)
    {
        Assert.True(IsOf("12345", root, rest, form, signature));
        Assert.False(IsOf("12346", root, rest, form, signature));
        Assert.False(IsOf("12345", root.Replace("https", "http", StringComparison.Ordinal), rest, form, signature));
        Assert.False(IsOf("12345", root, rest + "x", form, signature));
        Assert.False(IsOf("12345", root, rest, form + "&x", signature));
        Assert.False(IsOf("12345", root, rest, form[..^1], signature));
        Assert.False(IsOf("12345", root, rest, form, signature.ToLowerInvariant()));
        Assert.False(IsOf("12345", root, rest, form, ""));
    }

    [Fact]
    public void Any_bytes_are_a_form()
    {
        var random = new Random(515);
        byte[][] seeds = [Encoding.ASCII.GetBytes(Call), Encoding.ASCII.GetBytes(Message), "a=%&%=b&=&&%F0%9F=%zz&+=+"u8.ToArray()];
        for (var i = 0; i < 20_000; i++)
        {
            byte[] body = [.. seeds[random.Next(seeds.Length)]];
            for (var n = random.Next(8); n > 0; n--)
            {
                body[random.Next(body.Length)] = random.Next(3) == 0 ? "%&=+"u8[random.Next(4)] : (byte)random.Next(256);
            }

            body = body[..random.Next(body.Length + 1)];
            var form = FormFields.Read(body);
            Assert.InRange(form.Fields.Sum(field => field.Name.Length + field.Value.Length), 0, body.Length);
            _ = TwilioArrival.Of(form, new TwilioFiles([], [.. TwilioArrival.FilesOf(form).Select(file => file.Url.AbsoluteUri)]));
            _ = TwilioOutcome.Of(new DeliveryKey("key"), form, isReported: true);
            Assert.False(TwilioSignature.IsOf(new Secret("12345"), new Uri("https://example.com"), "/myapp.php", form, "L/OH5YylLD5NRKLltdqwSvS0BnU="));
        }
    }

    private static bool IsOf(string token, string root, string rest, string form, string signature) =>
        TwilioSignature.IsOf(new Secret(token), new Uri(root), rest, FormFields.Read(Encoding.ASCII.GetBytes(form)), signature);
}
