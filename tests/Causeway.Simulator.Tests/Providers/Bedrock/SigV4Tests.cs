using System.Net;
using System.Security.Cryptography;
using System.Text;
using Causeway.Simulator.Providers.Bedrock;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Tests.Providers.Bedrock;

public sealed class SigV4Tests
{
    private const string Date = "20150830T123600Z";
    private const string Target = "/bedrock/model/amazon.nova-pro-v1%3A0/converse";
    private const string Body = """{"messages":[{"role":"user","content":[{"text":"hi"}]}]}""";

    private static readonly string[] s_signed = ["host", "x-amz-date"];

    [Theory]
    [InlineData("/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    public void The_published_vectors_are_met(string target, string signature)
    {
        HeaderDictionary headers = new() { ["host"] = "example.amazonaws.com", ["x-amz-date"] = Date };

        string canonical = SigV4.Canonical("GET", target, s_signed, headers, Convert.ToHexStringLower(SHA256.HashData([])));

        Assert.Equal(signature, SigV4.Signature(SigV4.Secret, Date, ["20150830", "us-east-1", "service", "aws4_request"], canonical));
    }

    [Fact]
    public void A_path_is_encoded_once_more_than_it_was_sent()
    {
        string canonical = SigV4.Canonical("POST", Target, [], new HeaderDictionary(), "");

        Assert.StartsWith("POST\n/bedrock/model/amazon.nova-pro-v1%253A0/converse\n", canonical, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", HttpStatusCode.OK, null)]
    [InlineData("path", HttpStatusCode.Forbidden, "InvalidSignatureException")]
    [InlineData("body", HttpStatusCode.Forbidden, "InvalidSignatureException")]
    [InlineData("secret", HttpStatusCode.Forbidden, "InvalidSignatureException")]
    [InlineData("service", HttpStatusCode.Forbidden, "InvalidSignatureException")]
    [InlineData("key", HttpStatusCode.Forbidden, "UnrecognizedClientException")]
    public async Task A_signature_holds_for_what_was_signed_and_nothing_else(string changed, HttpStatusCode status, string? type)
    {
        await using Sim sim = await Sim.StartAsync();
        string[] scope = ["20150830", "eu-west-1", changed == "service" ? "execute-api" : "bedrock", "aws4_request"];
        HeaderDictionary headers = new() { ["host"] = sim.Address.Authority, ["x-amz-date"] = Date };
        string canonical = SigV4.Canonical("POST", changed == "path" ? Uri.UnescapeDataString(Target) : Target, s_signed, headers, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Body))));
        string signature = SigV4.Signature(changed == "secret" ? "other" : SigV4.Secret, Date, scope, canonical);

        using HttpRequestMessage request = new(HttpMethod.Post, Target) { Content = new StringContent(changed == "body" ? Body + " " : Body) };
        request.Headers.Add("x-amz-date", Date);
        request.Headers.TryAddWithoutValidation("authorization",
            $"{SigV4.Algorithm} Credential={(changed == "key" ? "AKIDOTHER" : SigV4.KeyId)}/{string.Join('/', scope)}, SignedHeaders=host;x-amz-date, Signature={signature}");
        using HttpResponseMessage response = await sim.Http.SendAsync(request, Sim.Token);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(type, response.Headers.TryGetValues("x-amzn-errortype", out IEnumerable<string>? types) ? types.Single().Split(':')[0] : null);
    }
}
