using System.Security.Cryptography;
using System.Text;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
using Causeway.Gateway.Upstream.Credentials;
using Causeway.Wire.Requests;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Upstream.Credentials;

public sealed class SigV4Tests
{
    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static readonly DateTimeOffset s_at = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    // The vectors that AWS publishes as its Signature Version 4 test suite, with its own example key.
    [Theory]
    [InlineData("GET", "/", "", "", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "/", "", "", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", "", "host;x-amz-date", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f")]
    [InlineData("GET", "/\u1234", "", "", "host;x-amz-date", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85")]
    [InlineData("GET", "/?Param2=value2&Param1=value1", "", "", "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("GET", "/?Param1=value2&Param1=value1", "", "", "host;x-amz-date", "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694")]
    [InlineData("GET", "/?\u1234=bar", "", "", "host;x-amz-date", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04")]
    [InlineData("GET", "/", "my-header1:value4|my-header1:value1|my-header1:value3|my-header1:value2", "", "host;my-header1;x-amz-date", "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01")]
    [InlineData("GET", "/", "my-header1:value2|my-header1:value2|my-header1:value1", "", "host;my-header1;x-amz-date", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea")]
    [InlineData("GET", "/", "my-header1: value1|my-header2: \"a   b   c\"", "", "host;my-header1;my-header2;x-amz-date", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")]
    [InlineData("POST", "/", "content-type:application/x-www-form-urlencoded", "Param1=value1", "content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    [InlineData("GET", "/", "x-amz-security-token:6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267", "", "host;x-amz-date;x-amz-security-token", "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8")]
    public void A_published_request_has_its_published_signature(string method, string target, string headers, string body, string signed, string signature)
    {
        (string, string)[] lines =
        [
            ("x-amz-date", "20150830T123600Z"),
            .. headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 2)).Select(line => (line[0], line[1])),
            ("host", "example.amazonaws.com"),
        ];

        string authorization = new SigV4(Key("service")).Authorization(method, target, lines, Hash(body), s_at);

        Assert.Equal(
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={signed}, Signature={signature}", authorization);
    }

    [Fact]
    public void A_models_id_is_escaped_once_on_the_way_and_twice_in_what_is_signed()
    {
        string canonical = SigV4.CanonicalRequest("POST", "/model/eu.x-v1%3A0%2Fy/converse", [("host", "h")], Empty, out string signed);

        Assert.Equal($"POST\n/model/eu.x-v1%253A0%252Fy/converse\n\nhost:h\n\nhost\n{Empty}", canonical);
        Assert.Equal("host", signed);
    }

    [Fact]
    public async Task A_spliced_body_is_signed_as_it_is_sent()
    {
        FakeTimeProvider time = new(s_at);
        BodyEdits edits = default;
        edits.Add(new BodyEdit(new Wire.ByteRange(1, 2), "xyz"u8.ToArray()));
        using var message = new HttpRequestMessage(HttpMethod.Post, "https://bedrock-runtime.us-east-1.amazonaws.com/model/a%3A0/converse")
        {
            Content = new SplicedContent(new SplicedBody("{ab}"u8.ToArray(), edits)),
        };
        using SigV4Credential credential = new(Key("bedrock", token: "session"), time);

        await credential.AuthorizeAsync(message, TestContext.Current.CancellationToken);

        string expected = new SigV4(Key("bedrock")).Authorization(
            "POST",
            "/model/a%3A0/converse",
            [("host", "bedrock-runtime.us-east-1.amazonaws.com"), ("x-amz-date", "20150830T123600Z"), ("x-amz-security-token", "session"), ("content-type", "application/json")],
            Hash("{xyz}"),
            s_at);
        Assert.Equal(expected, message.Headers.NonValidated["Authorization"].ToString());
        Assert.Equal("session", message.Headers.NonValidated["X-Amz-Security-Token"].ToString());
    }

    [Fact]
    public async Task The_key_of_a_new_day_is_another()
    {
        FakeTimeProvider time = new(s_at);
        using SigV4Credential credential = new(Key("bedrock-mantle"), time);
        string today = await AuthorizeAsync(credential);
        time.Advance(TimeSpan.FromDays(1));

        string tomorrow = await AuthorizeAsync(credential);

        Assert.Contains("Credential=AKIDEXAMPLE/20150830/us-east-1/bedrock-mantle/aws4_request", today, StringComparison.Ordinal);
        Assert.Contains("/20150831/", tomorrow, StringComparison.Ordinal);
        using SigV4Credential fresh = new(Key("bedrock-mantle"), time);
        Assert.Equal(tomorrow, await AuthorizeAsync(fresh));
    }

    private static async Task<string> AuthorizeAsync(SigV4Credential credential)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "https://h.example:8443/");
        await credential.AuthorizeAsync(message, TestContext.Current.CancellationToken);
        return message.Headers.NonValidated["Authorization"].ToString();
    }

    private static AwsIdentity Key(string service, string? token = null) => new()
    {
        AccessKeyId = "AKIDEXAMPLE",
        SecretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        SessionToken = token,
        Region = "us-east-1",
        Service = service,
    };

    private static string Hash(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
}
