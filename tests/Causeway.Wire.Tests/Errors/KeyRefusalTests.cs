using System.Text;
using Causeway.Wire.Errors;

namespace Causeway.Wire.Tests.Errors;

public sealed class KeyRefusalTests
{
    [Theory]
    [InlineData(Protocol.OpenAI, 401, null, "", true)]
    [InlineData(Protocol.OpenAI, 403, null, "", false)]
    [InlineData(Protocol.Gemini, 400, null, """{"error":{"details":[{"reason":"API_KEY_INVALID"}]}}""", true)]
    [InlineData(Protocol.Gemini, 400, null, """{"error":{"status":"INVALID_ARGUMENT"}}""", false)]
    [InlineData(Protocol.OpenAI, 400, null, """{"error":{"message":"\"API_KEY_INVALID\""}}""", false)]
    [InlineData(Protocol.Bedrock, 403, "UnrecognizedClientException:http://internal.amazon.com/", "", true)]
    [InlineData(Protocol.Bedrock, 403, "ExpiredTokenException", "", true)]
    [InlineData(Protocol.Anthropic, 403, "InvalidSignatureException", "", true)]
    [InlineData(Protocol.Bedrock, 403, "AccessDeniedException:", "", false)]
    [InlineData(Protocol.Bedrock, 403, null, "", false)]
    [InlineData(Protocol.Bedrock, 400, "ValidationException", "", false)]
    public void A_refused_key_is_told_from_a_refused_request(Protocol protocol, int status, string? type, string body, bool refused) =>
        Assert.Equal(refused, KeyRefusal.Is(protocol, status, type, Encoding.UTF8.GetBytes(body)));
}
